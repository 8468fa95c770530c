package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;

/**
 * One client's connection, and what is still to be sent over it. One frame is being
 * written at a time; of those that wait there is at most one for each slot, and a newer
 * one takes the place of the older. So a slow reader never has a backlog of snapshots,
 * never makes anyone wait, and what it reads next is the newest.
 */
public final class ClientConnection {

	/**
	 * More waiting frames than a client that reads can ever have: its subscriptions, and
	 * answers to what it sends.
	 */
	static final int CAPACITY = 256;

	/**
	 * Some clients (the WebSocket of Node.js) lose a message that comes in one piece with
	 * the goodbye, and the last frame says why.
	 */
	private static final Duration BEFORE_GOODBYE = Duration.ofMillis(100);

	private static final Duration BURST = Duration.ofSeconds(2);

	private static final Duration THROTTLED_AT_MOST = Duration.ofSeconds(5);

	private final String id;

	private final Transport kind;

	private final String address;

	private final ClientTransport transport;

	private final Traffic traffic;

	private final long spacingNanos;

	/** When the next message would come if they came evenly; read by one thread. */
	private long nextNanoTime = System.nanoTime();

	private long throttledSinceNanoTime;

	private final long openedNanoTime = System.nanoTime();

	private volatile long lastReadNanoTime = this.openedNanoTime;

	private volatile long unfinishedSinceNanoTime;

	private volatile long lastWriteNanoTime = this.openedNanoTime;

	// All of these are guarded by this.

	private @Nullable ClientSession session;

	/** Slot to frame, in the order of sending; null while nothing waits. */
	private @Nullable Map<Object, WireFrame> waiting;

	private boolean writing;

	private long writingSinceNanoTime;

	/** Whether nothing is written for now. */
	private boolean held;

	/** Why it is being closed; null while it is open. */
	private @Nullable CloseReason closing;

	private long closingSinceNanoTime;

	private boolean goodbyeSaid;

	private boolean hasLastFrame;

	ClientConnection(String id, Transport kind, String address, ClientTransport transport, Traffic traffic,
			int messagesPerSecond) {
		this.id = id;
		this.kind = kind;
		this.address = address;
		this.transport = transport;
		this.traffic = traffic;
		this.spacingNanos = TimeUnit.SECONDS.toNanos(1) / messagesPerSecond;
	}

	/** The name of the connection and its session, unique in this server. */
	public String id() {
		return this.id;
	}

	/** What kind of connection it is. */
	public Transport kind() {
		return this.kind;
	}

	/** Where the client is. */
	public String address() {
		return this.address;
	}

	long openedNanoTime() {
		return this.openedNanoTime;
	}

	/** Something has come from the client, whatever it is. */
	public void heard() {
		this.lastReadNanoTime = System.nanoTime();
	}

	/**
	 * Holds a client to its rate: who sends faster has to wait, and who does not stop is
	 * closed. To be called by the thread that reads, for each message.
	 * @return false when the connection is closing, so that the message is not dealt with
	 */
	public boolean waitForTurn() {
		long now = System.nanoTime();
		// Two seconds' worth may come at once.
		long earliest = now - BURST.toNanos();
		this.nextNanoTime = ((this.nextNanoTime - earliest < 0) ? earliest : this.nextNanoTime) + this.spacingNanos;
		long ahead = this.nextNanoTime - now;
		if (ahead <= 0) {
			this.throttledSinceNanoTime = 0;
			return closing() == null;
		}
		if (this.throttledSinceNanoTime == 0) {
			this.throttledSinceNanoTime = now;
		}
		if (now - this.throttledSinceNanoTime > THROTTLED_AT_MOST.toNanos()) {
			close(CloseReason.TOO_MANY_MESSAGES, null);
			return false;
		}
		LockSupport.parkNanos(ahead);
		return closing() == null;
	}

	long lastReadNanoTime() {
		return this.lastReadNanoTime;
	}

	long lastWriteNanoTime() {
		return this.lastWriteNanoTime;
	}

	/** The session; null before the client has connected, and after it has left. */
	public synchronized @Nullable ClientSession session() {
		return this.session;
	}

	/**
	 * The client has connected.
	 * @return false when the connection is closing already, or has a session
	 */
	synchronized boolean begin(ClientSession begun) {
		if (this.closing != null || this.session != null) {
			return false;
		}
		this.session = begun;
		return true;
	}

	/** Why it is being closed by us; null while it is not. */
	public synchronized @Nullable CloseReason closing() {
		return this.closing;
	}

	/**
	 * Sends a frame that nothing replaces, after all that waits already, and before all
	 * that comes later.
	 */
	public void send(WireFrame frame) {
		boolean fits;
		synchronized (this) {
			fits = put(frame, frame);
		}
		if (!fits) {
			close(CloseReason.OVERFLOW, null);
		}
	}

	/**
	 * Sends a frame, in the place of the one that waits in its slot.
	 * @return false when too much waits already; to be called with the lock held
	 */
	boolean put(Object slot, WireFrame frame) {
		if (this.closing != null) {
			return true;
		}
		Map<Object, WireFrame> frames = this.waiting;
		if (frames == null) {
			if (!this.writing && !this.held) {
				write(frame);
				return true;
			}
			frames = new LinkedHashMap<>();
			this.waiting = frames;
		}
		if (frames.size() >= CAPACITY && !frames.containsKey(slot)) {
			return false;
		}
		WireFrame older = frames.put(slot, frame);
		if (older != null && older != WireFrame.PLACEHOLDER) {
			this.traffic.replaced();
		}
		return true;
	}

	/** Forgets what waits in a slot; to be called with the lock held. */
	void remove(Object slot) {
		if (this.waiting != null) {
			this.waiting.remove(slot);
			if (this.waiting.isEmpty()) {
				this.waiting = null;
			}
		}
	}

	/** Keeps everything back until {@link #release()}. */
	synchronized void hold() {
		this.held = true;
	}

	/** Sends what was kept back. */
	synchronized void release() {
		this.held = false;
		writeNext();
	}

	private void write(WireFrame frame) {
		if (frame == WireFrame.PLACEHOLDER) {
			return;
		}
		this.writing = true;
		long now = System.nanoTime();
		this.writingSinceNanoTime = now;
		this.lastWriteNanoTime = now;
		this.traffic.sent(frame.size());
		if (this.transport.write(frame, this::written)) {
			this.writing = false;
		}
	}

	private synchronized void written() {
		this.writing = false;
		writeNext();
	}

	private void writeNext() {
		while (!this.writing && !this.held && this.waiting != null) {
			Iterator<WireFrame> frames = this.waiting.values().iterator();
			WireFrame frame = frames.next();
			frames.remove();
			if (this.waiting.isEmpty()) {
				this.waiting = null;
			}
			write(frame);
		}
		if (this.closing != null && !this.writing && this.waiting == null && !this.goodbyeSaid) {
			this.goodbyeSaid = true;
			CloseReason reason = this.closing;
			if (this.hasLastFrame) {
				CompletableFuture.delayedExecutor(BEFORE_GOODBYE.toMillis(), TimeUnit.MILLISECONDS)
					.execute(() -> this.transport.close(reason));
			}
			else {
				this.transport.close(reason);
			}
		}
	}

	/**
	 * Ends the session, sends one last frame, and says goodbye. What waits is forgotten.
	 * @param reason why
	 * @param last the last frame; null for none
	 */
	public void close(CloseReason reason, @Nullable WireFrame last) {
		ClientSession ended;
		synchronized (this) {
			if (this.closing != null) {
				return;
			}
			ended = this.session;
			this.session = null;
			this.waiting = null;
			this.held = false;
			if (last != null) {
				this.hasLastFrame = true;
				put(last, last);
			}
			this.closing = reason;
			this.closingSinceNanoTime = System.nanoTime();
			this.traffic.closed(reason);
		}
		if (ended != null) {
			ended.end();
		}
		synchronized (this) {
			writeNext();
		}
	}

	/**
	 * The transport is saying goodbye by itself.
	 * @param reason why
	 */
	public void closing(CloseReason reason) {
		ClientSession left;
		synchronized (this) {
			if (this.closing != null) {
				return;
			}
			left = this.session;
			this.session = null;
			this.waiting = null;
			this.closing = reason;
			this.closingSinceNanoTime = System.nanoTime();
			this.goodbyeSaid = true;
			this.traffic.closed(reason);
		}
		if (left != null) {
			left.end();
		}
	}

	/** The connection has ended, whoever ended it. */
	void ended() {
		ClientSession left;
		synchronized (this) {
			left = this.session;
			this.session = null;
			this.waiting = null;
			if (this.closing == null) {
				this.closing = CloseReason.DISCONNECTED;
				this.goodbyeSaid = true;
			}
		}
		if (left != null) {
			left.end();
		}
	}

	/** Ends it without a word. */
	public void abort() {
		this.transport.abort();
	}

	/** How long a frame has been waiting for the client to read; 0 when none is. */
	synchronized long blockedNanos(long now) {
		return this.writing ? Math.max(1, now - this.writingSinceNanoTime) : 0;
	}

	/**
	 * Tells whether a part of a message has come and the rest has not.
	 * @param isUnfinished whether that is so now
	 */
	public void unfinished(boolean isUnfinished) {
		long since = this.unfinishedSinceNanoTime;
		if (!isUnfinished) {
			this.unfinishedSinceNanoTime = 0;
		}
		else if (since == 0) {
			this.unfinishedSinceNanoTime = Math.max(1, System.nanoTime());
		}
	}

	/** How long a message has been under way; 0 when none is. */
	long unfinishedNanos(long now) {
		long since = this.unfinishedSinceNanoTime;
		return (since != 0) ? now - since : 0;
	}

	/** How long ago it was closed by us; 0 when it was not. */
	synchronized long closingNanos(long now) {
		return (this.closing != null) ? Math.max(1, now - this.closingSinceNanoTime) : 0;
	}

	/** Counts what goes over the wire. */
	interface Traffic {

		void sent(int bytes);

		void replaced();

		void closed(CloseReason reason);

	}

}
