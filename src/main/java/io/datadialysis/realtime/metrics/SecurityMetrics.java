package io.datadialysis.realtime.metrics;

import java.time.LocalDate;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What was redacted and what was recorded.
 *
 * @param timeRange the window's length
 * @param redactions the values that were redacted
 * @param auditEvents what the pipeline wrote to its audit log
 */
public record SecurityMetrics(@JsonProperty("time_range") TimeRange timeRange,
		@JsonProperty("redactions") Redactions redactions,
		@JsonProperty("audit_events") AuditEvents auditEvents) implements FeedMetrics {

	/**
	 * Redacted values, from the rows of {@code logs}.
	 *
	 * @param total all of them
	 * @param byRule {@code rule_triggered} → rows
	 * @param byAdapter {@code source_adapter} → rows; rows without one are left out
	 * @param trend rows per day, oldest first; days without any are left out
	 */
	public record Redactions(@JsonProperty("total") long total, @JsonProperty("by_rule") Map<String, Long> byRule,
			@JsonProperty("by_adapter") Map<String, Long> byAdapter, @JsonProperty("trend") List<Day> trend) {

	}

	/**
	 * One day of the trend.
	 *
	 * @param date the day in UTC
	 * @param count the rows of that day that lie in the window; its first day is usually
	 * cut
	 */
	public record Day(@JsonProperty("date") LocalDate date, @JsonProperty("count") long count) {

	}

	/**
	 * Rows of {@code audit_log}.
	 *
	 * @param total all of them
	 * @param bySeverity {@code severity} → rows; rows without one are in the total only
	 * @param byType {@code event_type} → rows
	 */
	public record AuditEvents(@JsonProperty("total") long total,
			@JsonProperty("by_severity") Map<String, Long> bySeverity,
			@JsonProperty("by_type") Map<String, Long> byType) {

	}

}
