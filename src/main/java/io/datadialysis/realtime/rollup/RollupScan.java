package io.datadialysis.realtime.rollup;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

import io.datadialysis.realtime.metrics.CircuitBreakerStatus;
import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.pipeline.GroupedCounts;
import io.datadialysis.realtime.pipeline.PerformanceSums;
import io.datadialysis.realtime.pipeline.Window;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The feeds from buckets, one statement for each. */
@Component
class RollupScan {

	private static final String LONGEST = "3";

	private static final String WINDOW = RollupSql.window("part", ":from", ":to", LONGEST);

	private static final String OVERVIEW = "WITH " + WINDOW + ", "
			+ RollupSql.window("hour_part", ":hour_from", ":to", LONGEST) + ", audit AS ("
			+ RollupSql.auditEvents("part") + "), last_hour AS (" + RollupSql.auditEvents("hour_part")
			+ "), redaction AS (" + RollupSql.redactions("part") + "), record AS (" + RollupSql.records("part") + ")"
			+ """
					SELECT 'uncovered' AS part, NULL AS name, count(*) AS n
					  FROM (SELECT level FROM part UNION ALL SELECT level FROM hour_part) AS either WHERE level = -2
					UNION ALL
					SELECT kind, CASE kind WHEN 'by_adapter' THEN coalesce(name, 'unknown') ELSE name END, sum(n)
					  FROM redaction GROUP BY 1, 2 HAVING sum(n) > 0
					UNION ALL SELECT 'redactions', NULL, coalesce(sum(n) FILTER (WHERE kind = 'by_rule'), 0) FROM redaction
					UNION ALL
					SELECT total.part, NULL, total.n FROM (
					  SELECT coalesce(sum(n) FILTER (WHERE event_type = 'BULK_PERSISTENCE'), 0) AS batches,
					         coalesce(sum(n) FILTER (WHERE event_type = 'BULK_PERSISTENCE'
					                                   AND severity IN ('ERROR', 'CRITICAL')), 0) AS failed,
					         coalesce(sum(n) FILTER (WHERE event_type IN ('VALIDATION_ERROR', 'TRANSFORMATION_ERROR')), 0)
					           AS records
					    FROM audit) AS a
					  CROSS JOIN LATERAL (VALUES ('batches', batches), ('failed_batches', failed),
					                             ('failed_records', records)) AS total (part, n)
					UNION ALL
					SELECT total.part, NULL, total.n FROM (
					  SELECT coalesce(sum(n), 0) AS processed,
					         coalesce(sum(n) FILTER (WHERE severity IN ('ERROR', 'CRITICAL')), 0) AS failures
					    FROM last_hour) AS h
					  CROSS JOIN LATERAL (VALUES ('processed', processed), ('failures', failures)) AS total (part, n)
					UNION ALL
					SELECT tables.name, NULL, coalesce(sum(n), 0)
					  FROM (VALUES ('patients'), ('encounters'), ('observations')) AS tables (name)
					       LEFT JOIN record ON record.table_name = tables.name
					 GROUP BY tables.name
					""";

	private static final String SECURITY = "WITH " + WINDOW + ", redaction AS (" + RollupSql
		.redactions("part") + "), audit AS (" + RollupSql.auditEvents("part") + ")" + """
				SELECT 'uncovered' AS part, NULL AS name, count(*) AS n FROM part WHERE level = -2
				UNION ALL
				SELECT kind, name, sum(n) FROM redaction
				 WHERE name IS NOT NULL AND kind IN ('by_rule', 'by_adapter') GROUP BY kind, name HAVING sum(n) > 0
				UNION ALL
				SELECT 'trend', to_char(day, 'YYYY-MM-DD'), n FROM (
				  SELECT date_bin('1 day', at, TIMESTAMP '2000-01-01') AS day, sum(n) AS n
				    FROM redaction WHERE kind = 'by_rule' GROUP BY 1 HAVING sum(n) > 0) AS trend
				UNION ALL SELECT 'redactions', NULL, coalesce(sum(n) FILTER (WHERE kind = 'by_rule'), 0) FROM redaction
				UNION ALL
				SELECT CASE GROUPING(severity, event_type)
				         WHEN 1 THEN 'by_severity' WHEN 2 THEN 'by_type' ELSE 'audit_events' END,
				       coalesce(severity, event_type), coalesce(sum(n), 0)
				  FROM audit GROUP BY GROUPING SETS ((severity), (event_type), ())
				HAVING GROUPING(severity, event_type) = 3
				    OR sum(n) > 0 AND coalesce(severity, event_type) IS NOT NULL
				""";

	private static final String PERFORMANCE = "WITH " + WINDOW + ", audit AS (" + RollupSql.batches("part")
			+ "), load AS (" + RollupSql.loads("part") + "), latency AS (" + RollupSql.latencies("part") + ")"
			+ """
					, step AS (
					  SELECT step, sum(n) AS n, sum(milliseconds) AS milliseconds FROM latency GROUP BY step HAVING sum(n) > 0
					), running AS (
					  SELECT step,
					         LATENCY_OF_STEP AS ms,
					         sum(n) OVER (ORDER BY step) AS upto, sum(n) OVER () AS n FROM step
					)
					SELECT UNCOVERED_LOADS AS uncovered,
					       (SELECT coalesce(sum(n), 0) FROM audit) AS batches,
					       throughput.*,
					       (SELECT coalesce(sum(n), 0) FROM step) AS timings,
					       (SELECT sum(milliseconds) FROM step) AS milliseconds,
					       (SELECT ms FROM running WHERE upto > div(n, 2) ORDER BY step LIMIT 1) AS p50,
					       (SELECT ms FROM running WHERE upto > div(n * 95, 100) ORDER BY step LIMIT 1) AS p95,
					       (SELECT ms FROM running WHERE upto > div(n * 99, 100) ORDER BY step LIMIT 1) AS p99
					  FROM (SELECT nullif(sum(records), 0) AS records, nullif(sum(seconds), 0) AS seconds,
					               CASE WHEN sum(records) > 0
					                    THEN greatest(extract(epoch FROM max(last_at) - min(first_at)), 1) END AS elapsed,
					               max(peak) AS peak
					          FROM load) AS throughput
					"""
				.replace("LATENCY_OF_STEP", RollupSql.LATENCY_OF_STEP)
				.replace("UNCOVERED_LOADS", RollupSql.UNCOVERED_LOADS);

	private static final String CIRCUIT_BREAKER = "WITH " + WINDOW + ", audit AS (" + RollupSql.auditEvents("part")
			+ ")" + """
					SELECT (SELECT count(*) FROM part WHERE level = -2) AS uncovered, coalesce(sum(n), 0) AS processed,
					       coalesce(sum(n) FILTER (WHERE severity IN ('ERROR', 'CRITICAL')), 0) AS failures
					  FROM audit
					""";

	private final JdbcClient jdbc;

	RollupScan(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	/**
	 * Computes the numbers of a feed.
	 * @param key the feed and its range
	 * @param window the window
	 * @return the numbers; empty when the buckets can't tell now and the tables have to
	 * be read
	 */
	Optional<FeedMetrics> compute(FeedRange key, Window window) {
		return switch (key.feed()) {
			case OVERVIEW -> covered(
					statement(OVERVIEW, window).param("hour_from", window.lastHour().from()).query(GroupedCounts::read))
				.map((counts) -> counts.overview(key.range()));
			case SECURITY -> covered(statement(SECURITY, window).query(GroupedCounts::read))
				.map((counts) -> counts.security(key.range()));
			case PERFORMANCE -> statement(PERFORMANCE, window).query((row, index) -> isCovered(row)
					? Optional.<FeedMetrics>of(PerformanceSums.read(row).metrics(key.range()))
					: Optional.<FeedMetrics>empty())
				.single();
			case CIRCUIT_BREAKER -> statement(CIRCUIT_BREAKER, window).query((row, index) -> isCovered(row)
					? Optional
						.<FeedMetrics>of(CircuitBreakerStatus.of(row.getLong("processed"), row.getLong("failures")))
					: Optional.<FeedMetrics>empty())
				.single();
		};
	}

	private JdbcClient.StatementSpec statement(String sql, Window window) {
		return this.jdbc.sql(sql).param("from", window.from()).param("to", window.to());
	}

	private static Optional<GroupedCounts> covered(GroupedCounts counts) {
		return (counts.total("uncovered") == 0) ? Optional.of(counts) : Optional.empty();
	}

	private static boolean isCovered(ResultSet row) throws SQLException {
		return row.getLong("uncovered") == 0;
	}

}
