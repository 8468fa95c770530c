package io.datadialysis.realtime.pipeline;

import java.time.Instant;

import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.TimeSeries;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Time series by full scan of their window. */
@Component
public class SeriesScan {

	private static final String BATCHES = """
			WITH stored AS (
			  SELECT date_bin(CAST(:step AS interval), event_timestamp, TIMESTAMP '2000-01-03') AS at, event_timestamp,
			         row_count,
			         CASE WHEN jsonb_typeof(details -> 'processing_time_ms') = 'number'
			              THEN CAST(details -> 'processing_time_ms' AS numeric) END AS ms,
			         CASE WHEN jsonb_typeof(details -> 'processing_time_seconds') = 'number'
			              THEN CAST(details -> 'processing_time_seconds' AS numeric) END AS seconds
			    FROM public.audit_log
			   WHERE event_type = 'BULK_PERSISTENCE' AND event_timestamp BETWEEN :from AND :to
			), batch AS (
			  SELECT at, event_timestamp, row_count,
			         CASE WHEN ms BETWEEN 0 AND 1.7976931348623157e308 THEN ms END AS ms,
			         CASE WHEN seconds BETWEEN 4.9e-324 AND 1.7976931348623157e308 THEN seconds END AS seconds
			    FROM stored
			), throughput AS (
			  SELECT at, sum(row_count) AS records, sum(seconds) AS seconds,
			         greatest(extract(epoch FROM max(event_timestamp) - min(event_timestamp)), 1) AS elapsed,
			         max(row_count / seconds) AS peak
			    FROM batch WHERE row_count > 0 GROUP BY at
			), latency AS (
			  SELECT at, count(ms) AS n, sum(ms) AS milliseconds, array_agg(ms ORDER BY ms) AS sorted
			    FROM batch WHERE ms IS NOT NULL GROUP BY at
			)
			SELECT at, 0 AS batches, records, seconds, elapsed, peak, n AS timings, milliseconds,
			       sorted[n / 2 + 1] AS p50, sorted[n * 95 / 100 + 1] AS p95, sorted[n * 99 / 100 + 1] AS p99
			  FROM throughput FULL JOIN latency USING (at)
			""";

	private static final String AUDIT = """
			SELECT date_bin(CAST(:step AS interval), event_timestamp, TIMESTAMP '2000-01-03') AS at, %s AS name, count(*) AS n
			  FROM public.audit_log WHERE event_timestamp BETWEEN :from AND :to AND %s GROUP BY 1, 2
			""";

	private static final String REDACTIONS = """
			SELECT date_bin(CAST(:step AS interval), timestamp, TIMESTAMP '2000-01-03') AS at, %s AS name, count(*) AS n
			  FROM public.logs WHERE timestamp BETWEEN :from AND :to GROUP BY 1, 2
			""";

	private static final String RECORDS = """
			UNION ALL
			SELECT date_bin(CAST(:step AS interval), ingestion_timestamp, TIMESTAMP '2000-01-03'), 'TABLE', count(*)
			  FROM public.TABLE WHERE ingestion_timestamp BETWEEN :from AND :to GROUP BY 1
			""";

	private final JdbcClient jdbc;

	SeriesScan(JdbcClient jdbc) {
		this.jdbc = jdbc;
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
		Window window = Window.of(key.range(), now);
		SeriesPoints points = new SeriesPoints(key, window);
		this.jdbc.sql(sql(key.metric()))
			.param("step", key.step().length().toString())
			.param("from", window.from())
			.param("to", window.to())
			.query(points::add);
		return points.series();
	}

	private static String sql(SeriesMetric metric) {
		return SeriesPoints.isOfBatches(metric) ? BATCHES
				: "WITH counted AS MATERIALIZED (" + counts(metric) + ")" + SeriesPoints.limited("counted");
	}

	private static String counts(SeriesMetric metric) {
		return switch (metric) {
			case THROUGHPUT, LATENCY -> throw new IllegalArgumentException("Not counted: " + metric);
			case INGESTIONS ->
				AUDIT.formatted("CASE WHEN severity IN ('ERROR', 'CRITICAL') THEN 'failed' ELSE 'successful' END",
						"event_type = 'BULK_PERSISTENCE'");
			case RECORDS -> AUDIT.formatted("'failed'", "event_type IN ('VALIDATION_ERROR', 'TRANSFORMATION_ERROR')")
					+ RECORDS.replace("TABLE", "patients") + RECORDS.replace("TABLE", "encounters")
					+ RECORDS.replace("TABLE", "observations");
			case FAILURES -> AUDIT.formatted("'processed'", "true") + " UNION ALL "
					+ AUDIT.formatted("'failures'", "severity IN ('ERROR', 'CRITICAL')");
			case REDACTIONS_BY_FIELD -> REDACTIONS.formatted("field_name");
			case REDACTIONS_BY_RULE -> REDACTIONS.formatted("rule_triggered");
			case REDACTIONS_BY_ADAPTER -> REDACTIONS.formatted("coalesce(source_adapter, 'unknown')");
			case AUDIT_EVENTS_BY_SEVERITY -> AUDIT.formatted("severity", "true");
			case AUDIT_EVENTS_BY_TYPE -> AUDIT.formatted("event_type", "true");
		};
	}

}
