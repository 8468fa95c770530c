package io.datadialysis.realtime.pipeline;

import io.datadialysis.realtime.metrics.OverviewMetrics;
import io.datadialysis.realtime.metrics.TimeRange;

import org.springframework.jdbc.core.simple.JdbcClient;

/** The overview by full scan. */
final class OverviewScan {

	private final JdbcClient jdbc;

	OverviewScan(JdbcClient jdbc) {
		this.jdbc = jdbc;
	}

	OverviewMetrics read(TimeRange range, Window window, Window lastHour) {
		return this.jdbc.sql("""
				WITH audit AS (
				  SELECT count(*) FILTER (WHERE event_type = 'BULK_PERSISTENCE') AS batches,
				         count(*) FILTER (WHERE event_type = 'BULK_PERSISTENCE'
				                            AND severity IN ('ERROR', 'CRITICAL')) AS failed_batches,
				         count(*) FILTER (WHERE event_type IN ('VALIDATION_ERROR', 'TRANSFORMATION_ERROR'))
				           AS failed_records
				    FROM public.audit_log
				   WHERE event_timestamp BETWEEN :from AND :to
				), last_hour AS (
				  SELECT count(*) AS processed,
				         count(*) FILTER (WHERE severity IN ('ERROR', 'CRITICAL')) AS failures
				    FROM public.audit_log
				   WHERE event_timestamp BETWEEN :hour_from AND :to
				), redaction AS (
				  SELECT CASE GROUPING(field_name, rule_triggered, adapter)
				           WHEN 3 THEN 'by_field' WHEN 5 THEN 'by_rule' WHEN 6 THEN 'by_adapter' ELSE 'redactions'
				         END AS part,
				         coalesce(field_name, rule_triggered, adapter) AS name,
				         count(*) AS n
				    FROM (SELECT field_name, rule_triggered, coalesce(source_adapter, 'unknown') AS adapter
				            FROM public.logs
				           WHERE timestamp BETWEEN :from AND :to) AS row
				   GROUP BY GROUPING SETS ((field_name), (rule_triggered), (adapter), ())
				)
				SELECT part, name, n FROM redaction
				UNION ALL SELECT 'batches', NULL, batches FROM audit
				UNION ALL SELECT 'failed_batches', NULL, failed_batches FROM audit
				UNION ALL SELECT 'failed_records', NULL, failed_records FROM audit
				UNION ALL SELECT 'processed', NULL, processed FROM last_hour
				UNION ALL SELECT 'failures', NULL, failures FROM last_hour
				UNION ALL SELECT 'patients', NULL, count(*) FROM public.patients
				           WHERE ingestion_timestamp BETWEEN :from AND :to
				UNION ALL SELECT 'encounters', NULL, count(*) FROM public.encounters
				           WHERE ingestion_timestamp BETWEEN :from AND :to
				UNION ALL SELECT 'observations', NULL, count(*) FROM public.observations
				           WHERE ingestion_timestamp BETWEEN :from AND :to
				""")
			.param("from", window.from())
			.param("to", window.to())
			.param("hour_from", lastHour.from())
			.query(GroupedCounts::read)
			.overview(range);
	}

}
