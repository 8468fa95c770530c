package io.datadialysis.realtime.broker;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/** A client's wish to hear of a feed. The lock of its connection guards it. */
final class Subscription {

	private final ClientSession session;

	private final FrameForm form;

	private final Topic topic;

	private final boolean followsSession;

	private FeedRange key;

	private Snapshot.@Nullable Version newest;

	private boolean ended;

	/** The slot of its failures: a failure never takes the place of a snapshot. */
	final Object failureSlot = new Object();

	/** The slot of its snapshots. */
	final Object snapshotSlot = this;

	private Subscription(ClientSession session, FrameForm form, Topic topic, @Nullable TimeRange own,
			TimeRange ofSession) {
		this.session = session;
		this.form = form;
		this.topic = topic;
		this.followsSession = topic.range() == null && own == null;
		this.key = topic.at((own != null) ? own : ofSession);
	}

	/** One of a STOMP client, under its name, at a range of its own or the session's. */
	static Subscription stomp(ClientSession session, String id, Topic topic, @Nullable TimeRange own,
			TimeRange ofSession) {
		return new Subscription(session, new FrameForm(id, topic.destination()), topic, own, ofSession);
	}

	/** One of a client of plain JSON. */
	static Subscription json(ClientSession session, Topic topic, TimeRange ofSession) {
		return new Subscription(session, FrameForm.JSON, topic, null, ofSession);
	}

	/** The client's name for it; null for plain JSON. */
	@Nullable String id() {
		return this.form.subscriptionId();
	}

	FrameForm form() {
		return this.form;
	}

	FeedRange key() {
		return this.key;
	}

	/** Whether a change of the session's range changes what this subscription gets. */
	boolean movesTo(TimeRange range) {
		return this.followsSession && !this.topic.at(range).equals(this.key);
	}

	void moveTo(TimeRange range) {
		this.key = this.topic.at(range);
		this.newest = null;
	}

	void end() {
		this.ended = true;
	}

	/**
	 * Hands a publication over, unless the subscription is about something else by now or
	 * has had something newer.
	 * @param of what it is about
	 * @param publication the publication
	 * @param frame the same in this subscription's form
	 */
	void offer(FeedRange of, Publication publication, WireFrame frame) {
		ClientConnection connection = this.session.connection();
		boolean fits;
		synchronized (connection) {
			if (this.ended || !of.equals(this.key) || !isNews(publication)) {
				return;
			}
			if (publication.isSnapshot()) {
				connection.remove(this.failureSlot); // of an older one
				fits = connection.put(this.snapshotSlot, frame);
			}
			else {
				fits = connection.put(this.failureSlot, frame);
			}
		}
		if (!fits) {
			connection.close(CloseReason.OVERFLOW, null);
		}
	}

	private boolean isNews(Publication publication) {
		Snapshot.Version version = publication.version();
		if (!publication.isSnapshot() && version != null && this.newest != null && version.compareTo(this.newest) < 0) {
			return false; // newer numbers have come meanwhile
		}
		if (!publication.isSnapshot() || version == null) {
			// Four feeds that fail for one reason at one tick are one sentence to a
			// client that reads all four on one line.
			return this.form.subscriptionId() != null || !this.session.isToldAlready(publication.problem());
		}
		if (this.newest != null && version.compareTo(this.newest) <= 0) {
			return false;
		}
		this.newest = version;
		return true;
	}

}
