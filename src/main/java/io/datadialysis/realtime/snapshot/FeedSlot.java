package io.datadialysis.realtime.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The newest reading of one feed and range, and the attempt to get a newer one. There is
 * at most one attempt at a time, shared by all who ask meanwhile.
 */
final class FeedSlot {

	/**
	 * A failure answers everyone for this long, so that many who ask do not queue up for
	 * the same answer.
	 */
	static final Duration FAILURE_KEPT = Duration.ofSeconds(1);

	private static final Logger logger = LoggerFactory.getLogger(FeedSlot.class);

	private final FeedRange key;

	private final long epoch;

	private final Clock clock;

	private final Executor executor;

	private final Computation computation;

	private final Consumer<Problem> onStale;

	// All of these are guarded by this.

	private long sequence;

	private @Nullable Reading kept;

	/** The beginning of the attempt that led to it, on the monotonic clock. */
	private long keptNanoTime;

	private @Nullable Attempt underWay;

	/** The problem that the log knows of. */
	private @Nullable Problem logged;

	FeedSlot(FeedRange key, long epoch, Clock clock, Executor executor, Computation computation,
			Consumer<Problem> onStale) {
		this.key = key;
		this.epoch = epoch;
		this.clock = clock;
		this.executor = executor;
		this.computation = computation;
		this.onStale = onStale;
	}

	/** The kept reading when it is fresh and at most this old, else a new one. */
	Reading readAtMost(Duration maxAge) {
		Attempt attempt;
		synchronized (this) {
			Reading young = young(maxAge);
			if (young != null) {
				return young;
			}
			attempt = begin();
		}
		return attempt.await();
	}

	/** Begins an attempt unless the kept reading is fresh and at most this old. */
	synchronized void prepare(Duration maxAge) {
		if (young(maxAge) == null) {
			begin();
		}
	}

	/** The attempt under way, else a new one. */
	synchronized Attempt begin() {
		Attempt attempt = this.underWay;
		if (attempt == null) {
			Attempt begun = new Attempt(this);
			this.underWay = begun;
			this.executor.execute(() -> run(begun));
			attempt = begun;
		}
		return attempt;
	}

	private @Nullable Reading young(Duration maxAge) {
		Reading reading = this.kept;
		if (reading == null) {
			return null;
		}
		Duration age = Duration.ofNanos(System.nanoTime() - this.keptNanoTime);
		return (age.compareTo((reading.problem() == null) ? maxAge : FAILURE_KEPT) <= 0) ? reading : null;
	}

	private void run(Attempt attempt) {
		Reading reading;
		Instant now = this.clock.instant();
		try {
			FeedMetrics metrics = this.computation.compute(now);
			reading = finish(attempt, metrics, now);
		}
		catch (ProblemException ex) {
			reading = fail(attempt, ex.problem(), ex);
		}
		catch (RuntimeException | Error ex) {
			// A bug of ours, or no memory, whatever it is: told like any other failure,
			// and it stops
			// nothing else.
			reading = fail(attempt, Problem.QUERY_FAILED, ex);
		}
		attempt.complete(reading);
	}

	private synchronized Reading finish(Attempt attempt, FeedMetrics metrics, Instant now) {
		if (this.logged != null) {
			logger.info("{} {} is computed again", this.key.feed().topic(), this.key.range().text());
			this.logged = null;
		}
		this.underWay = null;
		return keep(new Reading(new Snapshot(this.key, metrics, nextVersion(), now, false), null, this.clock.instant()),
				attempt);
	}

	private synchronized Reading fail(Attempt attempt, Problem problem, Throwable cause) {
		this.underWay = null;
		return markStale(problem, cause, attempt);
	}

	/**
	 * The reading to tell when an attempt takes too long: the last snapshot, marked
	 * stale. When the attempt has come to its end meanwhile, what it brought.
	 */
	synchronized Reading overdue(Attempt attempt) {
		return (this.underWay == attempt) ? markStale(Problem.DATABASE_SLOW, null, attempt)
				: Objects.requireNonNull(this.kept);
	}

	/**
	 * As above, of the attempt that has been under way for at least this long; null when
	 * there is none.
	 */
	synchronized @Nullable Reading overdue(Duration least) {
		Attempt attempt = this.underWay;
		return (attempt != null && attempt.age().compareTo(least) >= 0) ? overdue(attempt) : null;
	}

	/** Keeps the last snapshot under a new version, marked stale, with the reason. */
	private Reading markStale(Problem problem, @Nullable Throwable cause, Attempt attempt) {
		log(problem, cause);
		this.onStale.accept(problem);
		Snapshot last = (this.kept != null) ? this.kept.snapshot() : null;
		Snapshot stale = (last != null) ? new Snapshot(this.key, last.metrics(), nextVersion(), last.asOf(), true)
				: null;
		return keep(new Reading(stale, problem, this.clock.instant()), attempt);
	}

	private Reading keep(Reading reading, Attempt attempt) {
		this.kept = reading;
		// A failure is kept from when it is known, numbers from when they were asked for.
		this.keptNanoTime = (reading.problem() != null) ? System.nanoTime() : attempt.startNanoTime();
		return reading;
	}

	/** Once for each reason, not at every tick. */
	private void log(Problem problem, @Nullable Throwable cause) {
		if (problem.equals(this.logged)) {
			return;
		}
		this.logged = problem;
		if (cause instanceof RuntimeException || cause instanceof Error) {
			logger.error("{} {} can't be computed", this.key.feed().topic(), this.key.range().text(), cause);
		}
		else {
			logger.warn("{} {} can't be computed, {}: {}", this.key.feed().topic(), this.key.range().text(),
					problem.type(), (cause != null) ? ProblemException.reason(cause) : "no answer yet");
			logger.debug("Because of", cause);
		}
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
