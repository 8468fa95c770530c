package io.datadialysis.realtime.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.rollup.PipelineChanged;
import io.datadialysis.realtime.rollup.Rollup;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import org.jspecify.annotations.Nullable;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;
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

	/**
	 * How many ranges of one feed are computed at the same time. A table that is locked
	 * or slow then holds up the feeds that read it, and leaves connections to the others.
	 */
	private static final int PARALLEL_PER_FEED = 2;

	private final Rollup source;

	private final Clock clock;

	private final TaskExecutor executor;

	private final MeterRegistry meters;

	private final ApplicationEventPublisher events;

	private final Duration updateInterval;

	private final long epoch;

	private final TopicRanges topicRanges;

	/** Those that can be listened to. */
	private final Map<FeedRange, FeedSlot> slots = new ConcurrentHashMap<>();

	/** At ranges that only requests ask for: as many as there are requests. */
	private final RequestedNumbers<FeedRange, FeedMetrics> requested;

	private final Map<Feed, Semaphore> permits = new ConcurrentHashMap<>();

	private final OutageMemory outage;

	Snapshots(Rollup source, Clock clock, TaskExecutor applicationTaskExecutor, MeterRegistry meters,
			ApplicationEventPublisher events, SnapshotProperties properties, TopicRanges topicRanges,
			OutageMemory outage) {
		this.source = source;
		this.clock = clock;
		this.executor = applicationTaskExecutor;
		this.meters = meters;
		this.events = events;
		this.topicRanges = topicRanges;
		this.outage = outage;
		this.requested = new RequestedNumbers<>("Feeds at requested ranges", (key) -> measure(key, clock.instant()),
				(metrics) -> 100, outage, applicationTaskExecutor);
		this.updateInterval = properties.updateInterval();
		// The machine's clock and not ours, which may stand still: the epoch must grow
		// from start to start.
		this.epoch = Instant.now().toEpochMilli();
	}

	/**
	 * Begins to compute what new subscribers will ask for, all at the same time.
	 * @param keys the feeds and ranges
	 */
	public void prepare(Collection<FeedRange> keys) {
		keys.forEach((key) -> slot(key).prepare(this.updateInterval));
	}

	/**
	 * What a new subscriber is told: the kept snapshot when it is fresh and at most one
	 * update interval old, else a new one. Takes three seconds at most.
	 * @param key the feed and range
	 * @return the newest snapshot, or why there is none
	 */
	public Reading forSubscriber(FeedRange key) {
		return slot(key).readAtMost(this.updateInterval);
	}

	/**
	 * The numbers for one request: the kept ones when they are fresh and at most a second
	 * old, else new ones. Takes three seconds at most.
	 * @param key the feed and range
	 * @return the numbers
	 * @throws FeedUnavailableException when they can't be computed; old ones are never
	 * passed off as new
	 */
	public FeedMetrics forRequest(FeedRange key) {
		if (!canBeListenedTo(key)) {
			return this.requested.get(key);
		}
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
	 * @return the attempt, or the one that is under way already
	 */
	public Attempt begin(FeedRange key) {
		return slot(key).begin();
	}

	/**
	 * Marks a feed stale whose computation takes long.
	 * @param key the feed and range
	 * @param least how long it must have been going on
	 * @return the last snapshot marked stale, if there is one, and the problem; null when
	 * no attempt takes as long
	 */
	public @Nullable Reading overdue(FeedRange key, Duration least) {
		return slot(key).overdue(least);
	}

	/** What was computed before is no longer the newest that can be known. */
	@EventListener
	void changed(PipelineChanged change) {
		this.events.publishEvent(new FeedsChanged(change.feeds(), System.nanoTime()));
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
		return this.slots.computeIfAbsent(key, this::newSlot);
	}

	private boolean canBeListenedTo(FeedRange key) {
		return !key.feed().isRanged() || this.topicRanges.contains(key.range());
	}

	private FeedSlot newSlot(FeedRange key) {
		return new FeedSlot(key, this.epoch, this.clock, this.executor, (now) -> compute(key, now),
				(problem) -> this.meters
					.counter("realtime.snapshot.stale", "feed", key.feed().topic(), "range", rangeTag(key), "reason",
							problem.type())
					.increment());
	}

	/** Whatever requests ask for must not become as many time series. */
	private String rangeTag(FeedRange key) {
		return canBeListenedTo(key) ? key.range().text() : "other";
	}

	private FeedMetrics compute(FeedRange key, Instant now) throws ProblemException {
		Semaphore permit = this.permits.computeIfAbsent(key.feed(), (feed) -> new Semaphore(PARALLEL_PER_FEED, true));
		permit.acquireUninterruptibly();
		try {
			this.outage.check();
			FeedMetrics metrics = measure(key, now);
			this.outage.over();
			return metrics;
		}
		catch (ProblemException ex) {
			this.outage.failed(ex);
			throw ex;
		}
		finally {
			permit.release();
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
			throw new ProblemException(problem, ex);
		}
		catch (RuntimeException ex) {
			outcome = Problem.QUERY_FAILED.type();
			throw ex;
		}
		finally {
			timer.stop(this.meters.timer("realtime.snapshot.compute", "feed", key.feed().topic(), "range",
					rangeTag(key), "outcome", outcome));
		}
	}

}
