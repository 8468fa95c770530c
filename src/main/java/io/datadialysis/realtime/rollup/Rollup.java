package io.datadialysis.realtime.rollup;

import java.time.Instant;
import java.util.Optional;

import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.pipeline.FullScan;
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

	private final Counter fullScans;

	Rollup(RollupJob job, RollupScan buckets, FullScan tables, MeterRegistry meters) {
		this.job = job;
		this.buckets = buckets;
		this.tables = tables;
		this.fullScans = Counter.builder("realtime.rollup.full.scans")
			.description("Computations that had to read the tables because buckets could not tell")
			.register(meters);
	}

	/**
	 * Computes the numbers of a feed for the window that ends at an instant.
	 * @param key the feed and how far back its window reaches
	 * @param now the end of the window, included; finer parts than microseconds are cut
	 * off
	 * @return the numbers
	 * @throws org.springframework.dao.DataAccessException when the database does not
	 * answer, or not with these tables
	 */
	public FeedMetrics compute(FeedRange key, Instant now) {
		return switch (this.job.status().mode()) {
			case STARTING, FULL_SCAN -> fullScan(key, now);
			case LIVE, BACKFILLING, FAILING -> fromBuckets(key, now).orElseGet(() -> fullScan(key, now));
		};
	}

	/**
	 * The same from buckets only.
	 * @return the numbers; empty when buckets can't tell
	 */
	Optional<FeedMetrics> fromBuckets(FeedRange key, Instant now) {
		return this.buckets.compute(key, Window.endingAt(now, key.range()));
	}

	private FeedMetrics fullScan(FeedRange key, Instant now) {
		this.fullScans.increment();
		return this.tables.compute(key, now);
	}

}
