package io.datadialysis.realtime.snapshot;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.TimeSeries;
import io.datadialysis.realtime.rollup.Rollup;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/**
 * Time series for requests. Each is computed once, however many ask for it at the same
 * time, and serves those who come within a second.
 */
@Component
public class SeriesReadings {

	private static final Logger logger = LoggerFactory.getLogger(SeriesReadings.class);

	private static final Duration KEPT = Duration.ofSeconds(1);

	private static final Duration PATIENCE = Duration.ofSeconds(3);

	/** Leaves connections to the feeds. */
	private static final int PARALLEL = 2;

	/** Some tens of megabytes. */
	private static final long MOST_VALUES = 1_000_000;

	private final Semaphore permits = new Semaphore(PARALLEL, true);

	private final Rollup source;

	private final Clock clock;

	private final AsyncCache<SeriesKey, TimeSeries> kept;

	/** The problem that the log knows of. */
	private volatile @Nullable Problem logged;

	SeriesReadings(Rollup source, Clock clock, TaskExecutor applicationTaskExecutor) {
		this.source = source;
		this.clock = clock;
		this.kept = Caffeine.newBuilder()
			.expireAfterWrite(KEPT)
			.maximumWeight(MOST_VALUES)
			.weigher((SeriesKey key, TimeSeries series) -> series.times().size() * (series.series().size() + 2))
			.executor(applicationTaskExecutor)
			.buildAsync();
	}

	/**
	 * The time series for one request. Takes three seconds at most.
	 * @param key which
	 * @return the time series
	 * @throws FeedUnavailableException when it can't be computed
	 */
	public TimeSeries forRequest(SeriesKey key) {
		CompletableFuture<TimeSeries> series = this.kept.get(key, this::compute);
		try {
			return series.get(PATIENCE.toNanos(), TimeUnit.NANOSECONDS);
		}
		catch (TimeoutException ex) {
			throw new FeedUnavailableException(Problem.DATABASE_SLOW);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new FeedUnavailableException(Problem.DATABASE_SLOW);
		}
		catch (ExecutionException ex) {
			throw new FeedUnavailableException(
					(ex.getCause() instanceof ProblemException problem) ? problem.problem() : Problem.QUERY_FAILED);
		}
	}

	private TimeSeries compute(SeriesKey key) {
		this.permits.acquireUninterruptibly();
		try {
			TimeSeries series = this.source.compute(key, this.clock.instant());
			if (this.logged != null) {
				logger.info("Time series are computed again");
				this.logged = null;
			}
			return series;
		}
		catch (DataAccessException ex) {
			Problem problem = ProblemException.classify(ex);
			if (!problem.equals(this.logged)) {
				this.logged = problem;
				logger.warn("The time series {} of {} can't be computed, {}: {}", key.metric().text(),
						key.range().text(), problem.type(), ProblemException.reason(ex));
			}
			throw new CompletionException(new ProblemException(problem, ex));
		}
		catch (RuntimeException ex) {
			logger.error("The time series {} of {} can't be computed", key.metric().text(), key.range().text(), ex);
			throw ex;
		}
		finally {
			this.permits.release();
		}
	}

}
