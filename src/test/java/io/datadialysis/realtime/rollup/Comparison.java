package io.datadialysis.realtime.rollup;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import javax.sql.DataSource;

import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.SeriesStep;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.metrics.TimeSeries;
import io.datadialysis.realtime.pipeline.FullScan;
import io.datadialysis.realtime.pipeline.SeriesScan;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.PessimisticLockingFailureException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/** Compares rollup and full scan on one snapshot of the database. */
final class Comparison {

	static final List<TimeRange> RANGES = List.of(TimeRange.HOUR, TimeRange.DAY, TimeRange.WEEK, TimeRange.MONTH);

	/** Of any length, and between any two instants. */
	private static final List<TimeRange> OTHER_RANGES = List.of(TimeRange.parse("5m"), TimeRange.parse("36h"),
			TimeRange.parse("90d"), TimeRange.between("2026-11-20T11:59:59.999999", "2026-11-20T14:30:00"),
			TimeRange.between("2026-10-30T00:00:00", "2026-11-21T00:00:00"));

	/** Steps of each length of bucket and of none, over windows of any kind. */
	private static final List<Series> SERIES = List.of(new Series("5m", "2s"), new Series("1h", "15s"),
			new Series("6h", "1m"), new Series("24h", "5m"), new Series("7d", "1h"), new Series("30d", "3h"),
			new Series("45d", "1d"), new Series("90d", "7d"));

	/** How many answers of feeds are compared. */
	static final int FEEDS = Feed.values().length * (RANGES.size() + OTHER_RANGES.size());

	/** How many answers are compared, time series among them. */
	static final int ALL = FEEDS + SeriesMetric.values().length * SERIES.size();

	/** Of a percentile before rounding to two decimals. */
	private static final double RELATIVE = 0.01;

	private static final double ROUNDING = 0.0051;

	private final Rollup rollup;

	private final FullScan fullScan;

	private final SeriesScan seriesScan;

	private final JdbcClient jdbc;

	private final TransactionTemplate snapshot;

	Comparison(RealtimeServer server) {
		this.rollup = server.bean(Rollup.class);
		this.fullScan = server.bean(FullScan.class);
		this.seriesScan = server.bean(SeriesScan.class);
		this.jdbc = server.bean(JdbcClient.class);
		this.snapshot = new TransactionTemplate(new JdbcTransactionManager(server.bean(DataSource.class)));
		this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
		this.snapshot.setReadOnly(true);
	}

	/**
	 * Compares every feed at every range, and every time series.
	 * @param now the end of the windows
	 * @return how many of them the buckets could tell; none when a writer that truncates
	 * had to be given way to
	 */
	int compareAll(Instant now) {
		try {
			return compareOnOneSnapshot(now);
		}
		catch (PessimisticLockingFailureException ex) {
			return 0;
		}
	}

	private int compareOnOneSnapshot(Instant now) {
		Integer told = this.snapshot.execute((status) -> {
			// TRUNCATE is not bound to snapshots: the locks keep it out before ours is
			// taken.
			this.jdbc
				.sql("LOCK TABLE public.audit_log, public.logs, public.patients, public.encounters,"
						+ " public.observations IN ACCESS SHARE MODE")
				.update();
			int count = 0;
			for (Feed feed : Feed.values()) {
				for (TimeRange range : Stream.concat(RANGES.stream(), OTHER_RANGES.stream()).toList()) {
					FeedRange key = new FeedRange(feed, range);
					Optional<FeedMetrics> actual = this.rollup.fromBuckets(key, now);
					if (actual.isPresent()) {
						count++;
						assertSame(this.fullScan.compute(key, now), actual.get());
					}
				}
			}
			for (SeriesMetric metric : SeriesMetric.values()) {
				for (Series series : SERIES) {
					SeriesKey key = new SeriesKey(metric, TimeRange.parse(series.range()),
							SeriesStep.parse(series.step()));
					Optional<TimeSeries> actual = this.rollup.seriesFromBuckets(key, now);
					if (actual.isPresent()) {
						count++;
						assertSame(this.seriesScan.compute(key, now), actual.get());
					}
				}
			}
			return count;
		});
		assertThat(told).isNotNull();
		return told;
	}

	private static void assertSame(FeedMetrics expected, FeedMetrics actual) {
		if (expected instanceof PerformanceMetrics exact && actual instanceof PerformanceMetrics close) {
			assertClose(exact.latency().p50Ms(), close.latency().p50Ms());
			assertClose(exact.latency().p95Ms(), close.latency().p95Ms());
			assertClose(exact.latency().p99Ms(), close.latency().p99Ms());
			assertThat(close.latency().avgProcessingTimeMs()).isEqualTo(exact.latency().avgProcessingTimeMs());
			assertThat(close.throughput()).isEqualTo(exact.throughput());
			assertThat(close.fileProcessing()).isEqualTo(exact.fileProcessing());
		}
		else {
			assertThat(actual).isEqualTo(expected);
		}
	}

	private static void assertSame(TimeSeries expected, TimeSeries actual) {
		if (expected.metric() != SeriesMetric.LATENCY) {
			assertThat(actual).isEqualTo(expected);
			return;
		}
		assertThat(actual.times()).isEqualTo(expected.times());
		assertThat(actual.series().keySet()).isEqualTo(expected.series().keySet());
		actual.series().forEach((line, values) -> {
			List<@Nullable Number> exact = Objects.requireNonNull(expected.series().get(line));
			for (int i = 0; i < values.size(); i++) {
				assertClose((Double) exact.get(i), (Double) values.get(i));
			}
		});
	}

	private static void assertClose(@Nullable Double exact, @Nullable Double close) {
		if (exact == null || close == null) {
			assertThat(close).isEqualTo(exact);
		}
		else {
			assertThat(Math.abs(close - exact)).as("%s instead of %s", close, exact)
				.isLessThanOrEqualTo(exact * RELATIVE + ROUNDING);
		}
	}

	private record Series(String range, String step) {

	}

}
