package io.datadialysis.realtime.pipeline;

import io.datadialysis.realtime.metrics.SecurityMetrics;
import io.datadialysis.realtime.metrics.TimeRange;

import org.springframework.jdbc.core.simple.JdbcClient;

/** The security feed by full scan. */
final class SecurityScan {

	private final JdbcClient jdbc;

	SecurityScan(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	SecurityMetrics read(TimeRange range, Window window) {
		return this.jdbc.sql("""
				WITH redaction AS (
				  SELECT CASE GROUPING(rule_triggered, source_adapter, day)
				           WHEN 3 THEN 'by_rule' WHEN 5 THEN 'by_adapter' WHEN 6 THEN 'trend' ELSE 'redactions'
				         END AS part,
				         coalesce(rule_triggered, source_adapter, day) AS name,
				         count(*) AS n
				    FROM (SELECT rule_triggered, source_adapter, to_char(timestamp, 'YYYY-MM-DD') AS day
				            FROM public.logs
				           WHERE timestamp BETWEEN :from AND :to) AS row
				   GROUP BY GROUPING SETS ((rule_triggered), (source_adapter), (day), ())
				), audit AS (
				  SELECT CASE GROUPING(severity, event_type)
				           WHEN 1 THEN 'by_severity' WHEN 2 THEN 'by_type' ELSE 'audit_events'
				         END AS part,
				         coalesce(severity, event_type) AS name,
				         count(*) AS n
				    FROM public.audit_log
				   WHERE event_timestamp BETWEEN :from AND :to
				   GROUP BY GROUPING SETS ((severity), (event_type), ())
				)
				SELECT part, name, n FROM redaction WHERE name IS NOT NULL OR part = 'redactions'
				UNION ALL
				SELECT part, name, n FROM audit WHERE name IS NOT NULL OR part = 'audit_events'
				""").param("from", window.from()).param("to", window.to()).query(GroupedCounts::read).security(range);
	}

}
