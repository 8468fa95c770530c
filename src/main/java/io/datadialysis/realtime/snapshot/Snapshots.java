package io.datadialysis.realtime.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.pipeline.FullScan;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * The newest snapshot of each feed and range. Each is computed once, however many ask for
 * it at the same time, and kept for those who come later. When it can't be computed, the
 * last one stays, marked stale.
 */
@Component
public class Snapshots {

	private static final Duration REST_MAX_AGE = Duration.ofSeconds(1);

	private final FullScan source;

	private final Clock clock;

	private final MeterRegistry meters;

	private final Duration updateInterval;

	private final long epoch;

	/** The latest time that the database was out of reach; null since it has answered. */
	private volatile @Nullable Outage outage;

	private final Map<FeedRange, FeedSlot> slots = new ConcurrentHashMap<>();

	Snapshots(FullScan source, Clock clock, MeterRegistry meters, SnapshotProperties properties) {
		this.source = source;
		this.clock = clock;
		this.meters = meters;
		this.updateInterval = properties.updateInterval();
		// The machine's clock and not ours, which may stand still: the epoch must grow
		// from start to start.
		this.epoch = Instant.now().toEpochMilli();
	}

	/**
	 * What a new subscriber is told: the kept snapshot when it is fresh and at most one
	 * update interval old, else a new one.
	 * @param key the feed and range
	 * @return the newest snapshot, or why there is none
	 */
	public Reading forSubscriber(FeedRange key) {
		return slot(key).readAtMost(this.updateInterval);
	}

	/**
	 * The numbers for one request: the kept ones when they are fresh and at most a second
	 * old, else new ones.
	 * @param key the feed and range
	 * @return the numbers
	 * @throws FeedUnavailableException when they can't be computed; old ones are never
	 * passed off as new
	 */
	public FeedMetrics forRequest(FeedRange key) {
		Reading reading = slot(key).readAtMost(REST_MAX_AGE);
		Snapshot snapshot = reading.snapshot();
		if (snapshot == null || snapshot.stale()) {
			throw new FeedUnavailableException((reading.problem() != null) ? reading.problem() : Problem.QUERY_FAILED);
		}
		return snapshot.metrics();
	}

	/**
	 * Computes a feed anew, for the tick.
	 * @param key the feed and range
	 * @return the new snapshot, or the last one marked stale and the reason
	 */
	public Reading refresh(FeedRange key) {
		return slot(key).refresh();
	}

	/**
	 * Marks a feed stale whose computation has not come to an end within an update
	 * interval.
	 */
	public Reading markOverdue(FeedRange key) {
		return slot(key).markStale(Problem.DATABASE_SLOW, this.clock.instant());
	}

	/** Whether the newest attempt to compute one of these feeds has failed. */
	public boolean isAnyStale(Iterable<FeedRange> keys) {
		for (FeedRange key : keys) {
			FeedSlot slot = this.slots.get(key);
			if (slot != null && slot.isFailing()) {
				return true;
			}
		}
		return false;
	}

	private FeedSlot slot(FeedRange key) {
		return this.slots.computeIfAbsent(key,
				(k) -> new FeedSlot(k, this.epoch, this.clock, (now) -> compute(k, now)));
	}

	/**
	 * One probe: when the database is out of reach for one feed, the others need not wait
	 * for the same answer.
	 */
	private FeedMetrics compute(FeedRange key, Instant now) throws ProblemException {
		Outage known = this.outage;
		if (known != null && known.isRecent()) {
			throw new ProblemException(known.problem(), known.at(), null);
		}
		try {
			FeedMetrics metrics = measure(key, now);
			this.outage = null;
			return metrics;
		}
		catch (ProblemException ex) {
			if (ex.problem().databaseGone()) {
				this.outage = new Outage(ex.problem(), ex.at(), System.nanoTime());
			}
			throw ex;
		}
	}

	private FeedMetrics measure(FeedRange key, Instant now) throws ProblemException {
		Timer.Sample timer = Timer.start(this.meters);
		String outcome = "success";
		try {
			return this.source.compute(key, now);
		}
		catch (DataAccessException ex) {
			Problem problem = ProblemException.classify(ex);
			outcome = problem.type();
			throw new ProblemException(problem, this.clock.instant(), ex);
		}
		finally {
			timer.stop(this.meters.timer("realtime.snapshot.compute", "feed", key.feed().topic(), "range",
					key.range().text(), "outcome", outcome));
		}
	}

	/**
	 * The database was out of reach.
	 *
	 * @param problem what clients are told
	 * @param at when it was found
	 * @param nanoTime the same on the monotonic clock
	 */
	private record Outage(Problem problem, Instant at, long nanoTime) {

		private boolean isRecent() {
			return System.nanoTime() - this.nanoTime < FeedSlot.FAILURE_KEPT.toNanos();
		}

	}

}
