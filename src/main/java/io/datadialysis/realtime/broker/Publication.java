package io.datadialysis.realtime.broker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.snapshot.Problem;
import io.datadialysis.realtime.snapshot.Reading;
import io.datadialysis.realtime.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A message for the subscribers of a feed and range, encoded once for all who get it in
 * the same form.
 */
final class Publication {

	/**
	 * Clients mostly name their subscriptions alike; the others get frames of their own.
	 */
	private static final int MOST_FORMS_KEPT = 64;

	private final byte[] json;

	private final String messageId;

	private final Snapshot.@Nullable Version version;

	private final @Nullable Problem problem;

	private final Map<FrameForm, WireFrame> frames = new ConcurrentHashMap<>();

	private Publication(byte[] json, String messageId, Snapshot.@Nullable Version version, @Nullable Problem problem) {
		this.json = json;
		this.messageId = messageId;
		this.version = version;
		this.problem = problem;
	}

	/**
	 * By the headers of a message, as {@link Reading#headers} gives them.
	 * @param json the message as UTF-8
	 * @param messageId unique among the messages of this server
	 * @param headers what the message is about
	 */
	static Publication of(byte[] json, String messageId, Map<String, Object> headers) {
		return new Publication(json, messageId, (Snapshot.Version) headers.get(Snapshot.Version.HEADER),
				(Problem) headers.get(Problem.HEADER));
	}

	/**
	 * The version of the snapshot in it, or of the one that is kept while there is a
	 * problem; null when there is none.
	 */
	Snapshot.@Nullable Version version() {
		return this.version;
	}

	/** The problem that it tells; null when it tells none. */
	@Nullable Problem problem() {
		return this.problem;
	}

	boolean isSnapshot() {
		return this.version != null && this.problem == null;
	}

	/** The frame for those who get it in a form. */
	WireFrame frame(FrameForm form) {
		WireFrame frame = this.frames.get(form);
		if (frame != null) {
			return frame;
		}
		byte[] bytes = (form.subscriptionId() != null)
				? StompFrames.message(form.subscriptionId(), form.destination(), this.messageId, this.json) : this.json;
		if (this.frames.size() >= MOST_FORMS_KEPT) {
			return WireFrame.single(bytes);
		}
		return this.frames.computeIfAbsent(form, (key) -> WireFrame.shared(bytes));
	}

}
