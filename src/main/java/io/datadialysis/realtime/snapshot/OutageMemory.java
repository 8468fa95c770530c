package io.datadialysis.realtime.snapshot;

import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * Whether the database was just found out of reach, by whoever: the others need not wait
 * for the same answer. One probe, no pile-up.
 */
@Component
class OutageMemory {

	/** The latest time that the database was out of reach; null since it has answered. */
	private volatile @Nullable Outage outage;

	/**
	 * Fails at once when the database was just found out of reach.
	 * @throws ProblemException how that was found
	 */
	void check() throws ProblemException {
		Outage known = this.outage;
		if (known != null && System.nanoTime() - known.nanoTime() < FeedSlot.FAILURE_KEPT.toNanos()) {
			throw known.exception();
		}
	}

	/** The database has answered. */
	void over() {
		this.outage = null;
	}

	/** A computation has failed, maybe by {@link #check()}. */
	void failed(ProblemException exception) {
		Outage known = this.outage;
		if (exception.problem().databaseGone() && (known == null || known.exception() != exception)) {
			this.outage = new Outage(exception, System.nanoTime());
		}
	}

	/**
	 * The database was out of reach.
	 *
	 * @param exception how that was found
	 * @param nanoTime when, on the monotonic clock
	 */
	private record Outage(ProblemException exception, long nanoTime) {

	}

}
