package io.datadialysis.realtime.broker;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/** A client's wish to hear of a feed. Guarded by its session. */
public final class Subscription {

	private final ClientSession session;

	private final String id;

	private final Topic topic;

	private final boolean followsSession;

	private FeedRange key;

	private Snapshot.@Nullable Version newest;

	/**
	 * The slots in the session's mailbox: a failure never takes the place of a snapshot.
	 */
	final Object snapshotSlot = new Object();

	final Object failureSlot = new Object();

	Subscription(ClientSession session, String id, Topic topic, @Nullable TimeRange own, TimeRange ofSession) {
		this.session = session;
		this.id = id;
		this.topic = topic;
		this.followsSession = topic.range() == null && own == null;
		this.key = topic.at((own != null) ? own : ofSession);
	}

	/** The client's name for it. */
	public String id() {
		return this.id;
	}

	/** The destination as the client wrote it; its messages carry it. */
	public String destination() {
		return this.topic.destination();
	}

	ClientSession session() {
		return this.session;
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

	/**
	 * Whether this publication is of what the subscription is about now, and not older
	 * than what it already had.
	 */
	boolean accepts(FeedRange of, Publication publication) {
		if (!of.equals(this.key)) {
			return false;
		}
		Snapshot.Version version = publication.version();
		if (version == null) {
			return true;
		}
		if (this.newest != null && version.compareTo(this.newest) <= 0) {
			return false;
		}
		this.newest = version;
		return true;
	}

}
