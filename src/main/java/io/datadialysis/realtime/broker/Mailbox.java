package io.datadialysis.realtime.broker;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

/**
 * What is still to be sent to one client. One frame is being written at a time; of those
 * that wait there is at most one for each slot, and a newer one takes the place of the
 * older. So a slow reader never has a backlog of snapshots, and what it reads next is the
 * newest.
 *
 * <p>
 * A frame is written by a function that is handed a callback and runs it when the frame
 * is on its way. Not safe for use by several threads on its own: its session guards it.
 */
final class Mailbox {

	/**
	 * More waiting frames than a client that reads can ever have: its subscriptions, and
	 * answers to what it sends.
	 */
	static final int CAPACITY = 256;

	private final Map<Object, Consumer<Runnable>> waiting = new LinkedHashMap<>(); // slot
																					// ->
																					// frame

	private boolean writing;

	/**
	 * Puts a frame into its slot, in place of one that waits there.
	 * @return false when the mailbox is full
	 */
	boolean put(Object slot, Consumer<Runnable> frame) {
		if (this.waiting.size() >= CAPACITY && !this.waiting.containsKey(slot)) {
			return false;
		}
		this.waiting.put(slot, frame);
		return true;
	}

	/**
	 * Adds a frame that nothing replaces.
	 * @return false when the mailbox is full
	 */
	boolean add(Consumer<Runnable> frame) {
		return put(new Object(), frame);
	}

	void remove(Object slot) {
		this.waiting.remove(slot);
	}

	/** Takes the frame to write next; null when one is being written or none waits. */
	@Nullable Consumer<Runnable> next() {
		if (this.writing || this.waiting.isEmpty()) {
			return null;
		}
		Iterator<Consumer<Runnable>> frames = this.waiting.values().iterator();
		Consumer<Runnable> frame = frames.next();
		frames.remove();
		this.writing = true;
		return frame;
	}

	/** The frame that {@link #next()} handed out is on its way. */
	void written() {
		this.writing = false;
	}

	void clear() {
		this.waiting.clear();
	}

}
