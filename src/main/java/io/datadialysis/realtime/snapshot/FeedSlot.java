package io.datadialysis.realtime.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;

/** The newest reading of one feed and range. */
final class FeedSlot {

	private static final Logger logger = LoggerFactory.getLogger(FeedSlot.class);

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	/**
	 * A failure answers everyone for this long, so that many who ask do not queue up for
	 * the same answer.
	 */
	static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

	private final FeedRange key;

	private final long epoch;

	private final Clock clock;

	private final Computation computation;

	/**
	 * Held while the feed is computed, so that all who ask at the same time share one
	 * computation.
	 */
	private final ReentrantLock computing = new ReentrantLock();

	private long sequence; // guarded by this

	private @Nullable Reading kept; // guarded by this

	private long keptNanoTime; // guarded by this

	FeedSlot(FeedRange key, long epoch, Clock clock, Computation computation) {
		this.key = key;
		this.epoch = epoch;
		this.clock = clock;
		this.computation = computation;
	}

	/**
	 * The kept reading when it is fresh and at most this old by the monotonic clock, else
	 * a new one.
	 */
	Reading readAtMost(Duration maxAge) {
		Reading young = young(maxAge);
		if (young != null) {
			return young;
		}
		if (!tryLockPatiently()) {
			return markStale(Problem.DATABASE_SLOW, this.clock.instant());
		}
		try {
			young = young(maxAge);
			return (young != null) ? young : compute();
		}
		finally {
			this.computing.unlock();
		}
	}

	/** Nobody queues up for long behind a computation that hangs. */
	private boolean tryLockPatiently() {
		try {
			return this.computing.tryLock(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	Reading refresh() {
		this.computing.lock();
		try {
			return compute();
		}
		finally {
			this.computing.unlock();
		}
	}

	private synchronized @Nullable Reading young(Duration maxAge) {
		Reading reading = this.kept;
		if (reading == null) {
			return null;
		}
		Duration age = Duration.ofNanos(System.nanoTime() - this.keptNanoTime);
		return (age.compareTo((reading.problem() == null) ? maxAge : FAILURE_KEPT) <= 0) ? reading : null;
	}

	private Reading compute() {
		Instant now = this.clock.instant();
		try {
			FeedMetrics metrics = this.computation.compute(now);
			return keep(metrics, now);
		}
		catch (ProblemException ex) {
			if (!isFailing()) {
				logFailure(ex);
			}
			return markStale(ex.problem(), ex.at());
		}
	}

	private void logFailure(ProblemException ex) {
		String reason = String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage());
		logger.warn("{} {} can't be computed, {}: {}", this.key.feed().topic(), this.key.range().text(),
				ex.problem().type(), reason.lines().findFirst().orElse(""));
		logger.debug("Because of", ex);
	}

	private synchronized Reading keep(FeedMetrics metrics, Instant now) {
		if (isFailing()) {
			logger.info("{} {} is computed again", this.key.feed().topic(), this.key.range().text());
		}
		this.kept = new Reading(new Snapshot(this.key, metrics, nextVersion(), now, false), null, this.clock.instant());
		this.keptNanoTime = System.nanoTime();
		return this.kept;
	}

	/** Keeps the last snapshot under a new version, marked stale, with the reason. */
	synchronized Reading markStale(Problem problem, Instant now) {
		Snapshot last = (this.kept != null) ? this.kept.snapshot() : null;
		Snapshot stale = (last != null) ? new Snapshot(this.key, last.metrics(), nextVersion(), last.asOf(), true)
				: null;
		this.kept = new Reading(stale, problem, now);
		this.keptNanoTime = System.nanoTime();
		return this.kept;
	}

	synchronized boolean isFailing() {
		return this.kept != null && this.kept.problem() != null;
	}

	private Snapshot.Version nextVersion() {
		return new Snapshot.Version(this.epoch, ++this.sequence);
	}

	/** Computes the numbers of the feed for the window that ends at an instant. */
	interface Computation {

		FeedMetrics compute(Instant now) throws ProblemException;

	}

}
