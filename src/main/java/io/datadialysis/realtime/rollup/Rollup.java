package io.datadialysis.realtime.rollup;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;

import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.metrics.TimeSeries;
import io.datadialysis.realtime.pipeline.FullScan;
import io.datadialysis.realtime.pipeline.SeriesScan;
import io.datadialysis.realtime.pipeline.Window;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/**
 * The metrics of a feed, from buckets where they can tell, else from the tables: the same
 * numbers, but for latency percentiles, which differ by at most 1 %.
 */
@Component
public class Rollup {

	private final RollupJob job;

	private final RollupScan buckets;

	private final FullScan tables;

	private final RollupSeries seriesBuckets;

	private final SeriesScan seriesTables;

	private final RollupProperties properties;

	private final Counter fullScans;

	Rollup(RollupJob job, RollupScan buckets, FullScan tables, RollupSeries seriesBuckets, SeriesScan seriesTables,
			RollupProperties properties, MeterRegistry meters) {
		this.job = job;
		this.buckets = buckets;
		this.tables = tables;
		this.seriesBuckets = seriesBuckets;
		this.seriesTables = seriesTables;
		this.properties = properties;
		this.fullScans = Counter.builder("realtime.rollup.full.scans")
			.description("Computations that had to read the tables because buckets could not tell")
			.register(meters);
	}

	/**
	 * Computes the numbers of a feed.
	 * @param key the feed and its range
	 * @param now the present, where ranges end; finer parts than microseconds are cut off
	 * @return the numbers
	 * @throws org.springframework.dao.DataAccessException when the database does not
	 * answer, or not with these tables
	 */
	public FeedMetrics compute(FeedRange key, Instant now) {
		return told(() -> fromBuckets(key, now)).orElseGet(() -> {
			this.fullScans.increment();
			return this.tables.compute(key, now);
		});
	}

	/**
	 * The same from buckets only.
	 * @return the numbers; empty when buckets can't tell
	 */
	Optional<FeedMetrics> fromBuckets(FeedRange key, Instant now) {
		return this.buckets.compute(key, Window.of(key.range(), now));
	}

	/**
	 * Computes a time series.
	 * @param key which
	 * @param now the present, where ranges end; finer parts than microseconds are cut off
	 * @return the time series
	 * @throws org.springframework.dao.DataAccessException when the database does not
	 * answer, or not with these tables
	 */
	public TimeSeries compute(SeriesKey key, Instant now) {
		return told(() -> seriesFromBuckets(key, now)).orElseGet(() -> {
			this.fullScans.increment();
			return this.seriesTables.compute(key, now);
		});
	}

	/**
	 * The same from buckets only.
	 * @return the time series; empty when buckets can't tell
	 */
	Optional<TimeSeries> seriesFromBuckets(SeriesKey key, Instant now) {
		return this.seriesBuckets.compute(key, Window.of(key.range(), now));
	}

	/**
	 * The finest step in which the range can be told at a cost that does not grow with
	 * the tables: shorter buckets are dropped after a while. A few hours of rows behind
	 * them do no harm.
	 * @param range the range
	 * @param now the present
	 * @return a second, a minute, an hour, or a day
	 */
	public Duration finestStep(TimeRange range, Instant now) {
		return this.properties.finestStep(range.start(now), range.end(now), now);
	}

	private <T> Optional<T> told(Supplier<Optional<T>> buckets) {
		return switch (this.job.status().mode()) {
			case STARTING, FULL_SCAN -> Optional.empty();
			case BACKFILLING, FAILING -> buckets.get();
			case LIVE -> buckets.get().or(() -> {
				// Something has gone that is not folded yet: that is quicker than to read
				// the tables.
				this.job.catchUp();
				return buckets.get();
			});
		};
	}

}
