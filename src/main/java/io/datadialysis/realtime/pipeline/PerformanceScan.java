package io.datadialysis.realtime.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The performance feed by full scan. Sums are taken in {@code numeric}, so they are exact
 * and the same in any order.
 */
final class PerformanceScan {

	private static final int DECIMALS = 2;

	private final JdbcClient jdbc;

	PerformanceScan(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	PerformanceMetrics read(TimeRange range, Window window) {
		// A writer may have stored anything in details: the type is asked before the
		// cast, and what no finite double can
		// hold (1e400), or holds as 0 where only positive ones count (1e-400), is
		// missing.
		return this.jdbc.sql("""
				WITH stored AS (
				  SELECT event_timestamp, row_count,
				         CASE WHEN jsonb_typeof(details -> 'processing_time_ms') = 'number'
				              THEN CAST(details -> 'processing_time_ms' AS numeric) END AS ms,
				         CASE WHEN jsonb_typeof(details -> 'processing_time_seconds') = 'number'
				              THEN CAST(details -> 'processing_time_seconds' AS numeric) END AS seconds
				    FROM public.audit_log
				   WHERE event_type = 'BULK_PERSISTENCE' AND event_timestamp BETWEEN :from AND :to
				), batch AS (
				  SELECT event_timestamp, row_count,
				         CASE WHEN ms BETWEEN 0 AND 1.7976931348623157e308 THEN ms END AS ms,
				         CASE WHEN seconds BETWEEN 4.9e-324 AND 1.7976931348623157e308 THEN seconds END AS seconds
				    FROM stored
				), throughput AS (
				  SELECT sum(row_count) AS records,
				         sum(seconds) AS seconds,
				         greatest(extract(epoch FROM max(event_timestamp) - min(event_timestamp)), 1) AS elapsed,
				         max(row_count / seconds) AS peak
				    FROM batch
				   WHERE row_count > 0
				), latency AS (
				  SELECT count(ms) AS n, avg(ms) AS mean, array_agg(ms ORDER BY ms) AS sorted
				    FROM batch
				   WHERE ms IS NOT NULL
				)
				SELECT (SELECT count(*) FROM batch) AS batches,
				       coalesce(records / coalesce(throughput.seconds, elapsed), 0) AS rate,
				       peak, mean,
				       sorted[n / 2 + 1] AS p50,
				       sorted[n * 95 / 100 + 1] AS p95,
				       sorted[n * 99 / 100 + 1] AS p99
				  FROM throughput, latency
				""")
			.param("from", window.from())
			.param("to", window.to())
			.query((row, index) -> metrics(range, row))
			.single();
	}

	private static PerformanceMetrics metrics(TimeRange range, ResultSet row) throws SQLException {
		return new PerformanceMetrics(range,
				new PerformanceMetrics.Throughput(rounded(row.getBigDecimal("rate")), null,
						roundedOrNull(row.getBigDecimal("peak"))),
				new PerformanceMetrics.Latency(roundedOrNull(row.getBigDecimal("mean")),
						roundedOrNull(row.getBigDecimal("p50")), roundedOrNull(row.getBigDecimal("p95")),
						roundedOrNull(row.getBigDecimal("p99"))),
				new PerformanceMetrics.FileProcessing(row.getLong("batches"), null, null),
				new PerformanceMetrics.Memory(null, null));
	}

	private static @Nullable Double roundedOrNull(@Nullable BigDecimal value) {
		return (value != null) ? rounded(value) : null;
	}

	/**
	 * JSON has no infinity: a rate past the largest double, from an absurdly small time,
	 * is shown as that double.
	 */
	private static double rounded(BigDecimal value) {
		return Math.min(value.setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue(), Double.MAX_VALUE);
	}

}
