package io.datadialysis.realtime.rollup;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.SeriesStep;
import io.datadialysis.realtime.metrics.TimeSeries;
import io.datadialysis.realtime.pipeline.SeriesPoints;
import io.datadialysis.realtime.pipeline.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Time series from buckets, one statement for each. No bucket that is read is longer than
 * a step.
 */
@Component
class RollupSeries {

	private static final String WINDOW = "WITH " + RollupSql.window("part", ":from", ":to", ":longest");

	/** A step begins at the same moments for buckets as for rows. */
	private static final String AT = "date_bin(CAST(:step AS interval), at, TIMESTAMP '2000-01-03')";

	/** A row without a time says whether buckets can tell. */
	private static final String UNCOVERED = """

			UNION ALL SELECT NULL, NULL, false, count(*) FROM part WHERE level = -2
			""";

	private static final String BATCHES = WINDOW + ", load AS (" + RollupSql.loads("part") + "), latency AS ("
			+ RollupSql.latencies("part") + ")"
			+ """
					, throughput AS (
					  SELECT BEGINNING AS at, nullif(sum(records), 0) AS records, nullif(sum(seconds), 0) AS seconds,
					         CASE WHEN sum(records) > 0
					              THEN greatest(extract(epoch FROM max(last_at) - min(first_at)), 1) END AS elapsed,
					         max(peak) AS peak
					    FROM load GROUP BY 1
					), step AS (
					  SELECT BEGINNING AS at, step, sum(n) AS n, sum(milliseconds) AS milliseconds
					    FROM latency GROUP BY 1, 2 HAVING sum(n) > 0
					), running AS (
					  SELECT at, milliseconds, LATENCY_OF_STEP AS ms, sum(n) OVER (PARTITION BY at ORDER BY step) AS upto,
					         sum(n) OVER (PARTITION BY at) AS n
					    FROM step
					), percentile AS (
					  SELECT at, max(n) AS timings, sum(milliseconds) AS milliseconds,
					         min(ms) FILTER (WHERE upto > div(n, 2)) AS p50,
					         min(ms) FILTER (WHERE upto > div(n * 95, 100)) AS p95,
					         min(ms) FILTER (WHERE upto > div(n * 99, 100)) AS p99
					    FROM running GROUP BY at
					)
					SELECT NULL AS at, UNCOVERED_LOADS AS n, 0 AS batches, NULL AS records, NULL AS seconds, NULL AS elapsed,
					       NULL AS peak, NULL AS timings, NULL AS milliseconds, NULL AS p50, NULL AS p95, NULL AS p99
					UNION ALL
					SELECT at, 0, 0, records, seconds, elapsed, peak, timings, milliseconds, p50, p95, p99
					  FROM throughput FULL JOIN percentile USING (at)
					"""
				.replace("LATENCY_OF_STEP", RollupSql.LATENCY_OF_STEP)
				.replace("UNCOVERED_LOADS", RollupSql.UNCOVERED_LOADS)
				.replace("BEGINNING", AT);

	private final JdbcClient jdbc;

	RollupSeries(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Computes a time series.
	 * @param key which
	 * @param window its window
	 * @return the time series; empty when the buckets can't tell now and the tables have
	 * to be read
	 */
	Optional<TimeSeries> compute(SeriesKey key, Window window) {
		SeriesPoints points = new SeriesPoints(key, window);
		AtomicBoolean covered = new AtomicBoolean();
		this.jdbc.sql(sql(key.metric()))
			.param("step", key.step().length().toString())
			.param("from", window.from())
			.param("to", window.to())
			.param("longest", longestLevel(key.step()))
			.query((row) -> {
				if (row.getObject("at") == null) {
					covered.set(row.getLong("n") == 0);
				}
				else {
					points.add(row);
				}
			});
		return covered.get() ? Optional.of(points.series()) : Optional.empty();
	}

	private static int longestLevel(SeriesStep step) {
		Duration length = step.length();
		if (length.compareTo(Duration.ofDays(1)) >= 0) {
			return 3;
		}
		// A bucket must not lie across the border of two steps.
		boolean ofHours = length.toSeconds() % Duration.ofHours(1).toSeconds() == 0;
		boolean ofMinutes = length.toSeconds() % Duration.ofMinutes(1).toSeconds() == 0;
		return ofHours ? 2 : ofMinutes ? 1 : 0;
	}

	private static String sql(SeriesMetric metric) {
		return switch (metric) {
			case THROUGHPUT, LATENCY -> BATCHES;
			case INGESTIONS -> counts("CASE WHEN severity IN ('ERROR', 'CRITICAL') THEN 'failed' ELSE 'successful' END",
					RollupSql.batches("part"));
			case RECORDS -> counts("table_name",
					RollupSql.records("part") + " UNION ALL SELECT at, 'failed', n FROM ("
							+ RollupSql.auditEvents("part")
							+ ") AS audit WHERE event_type IN ('VALIDATION_ERROR', 'TRANSFORMATION_ERROR')");
			case FAILURES -> counts("name",
					"SELECT at, name, n FROM (" + RollupSql.auditEvents("part") + ") AS audit CROSS JOIN "
							+ "(VALUES ('processed'), ('failures')) AS line (name)"
							+ " WHERE name = 'processed' OR severity IN ('ERROR', 'CRITICAL')");
			case REDACTIONS_BY_FIELD -> redactions("by_field", "name");
			case REDACTIONS_BY_RULE -> redactions("by_rule", "name");
			case REDACTIONS_BY_ADAPTER -> redactions("by_adapter", "coalesce(name, 'unknown')");
			case AUDIT_EVENTS_BY_SEVERITY -> counts("severity", RollupSql.auditEvents("part"));
			case AUDIT_EVENTS_BY_TYPE -> counts("event_type", RollupSql.auditEvents("part"));
		};
	}

	private static String redactions(String kind, String name) {
		return counts(name, RollupSql.redactions("part", kind));
	}

	private static String counts(String name, String rows) {
		return WINDOW + ", counted AS MATERIALIZED (SELECT " + AT + " AS at, " + name + " AS name, sum(n) AS n FROM ("
				+ rows + ") AS each GROUP BY 1, 2 HAVING sum(n) > 0)" + SeriesPoints.limited("counted") + UNCOVERED;
	}

}
