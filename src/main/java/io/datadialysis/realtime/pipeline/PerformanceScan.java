package io.datadialysis.realtime.pipeline;

import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.TimeRange;

import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The performance feed by full scan. Sums are taken in {@code numeric}, so they are exact
 * and the same in any order.
 */
final class PerformanceScan {

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
				         CASE WHEN count(*) > 0
				              THEN greatest(extract(epoch FROM max(event_timestamp) - min(event_timestamp)), 1)
				         END AS elapsed,
				         max(row_count / seconds) AS peak
				    FROM batch
				   WHERE row_count > 0
				), latency AS (
				  SELECT count(ms) AS n, sum(ms) AS milliseconds, array_agg(ms ORDER BY ms) AS sorted
				    FROM batch
				   WHERE ms IS NOT NULL
				)
				SELECT (SELECT count(*) FROM batch) AS batches,
				       records, seconds, elapsed, peak, n AS timings, milliseconds,
				       sorted[n / 2 + 1] AS p50,
				       sorted[n * 95 / 100 + 1] AS p95,
				       sorted[n * 99 / 100 + 1] AS p99
				  FROM throughput, latency
				""")
			.param("from", window.from())
			.param("to", window.to())
			.query((row, index) -> PerformanceSums.read(row).metrics(range))
			.single();
	}

}
