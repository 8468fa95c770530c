package io.datadialysis.realtime.metrics;

import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * The overview: what came in, what became of it, and what was redacted.
 *
 * @param timeRange the window's length
 * @param ingestions the loaded batches
 * @param records the records of those batches and those that did not make it
 * @param redactions the values that were redacted
 * @param circuitBreaker whether loading would be stopped now; over the last hour,
 * whatever the range
 */
public record OverviewMetrics(@JsonProperty("time_range") TimeRange timeRange,
		@JsonProperty("ingestions") Ingestions ingestions, @JsonProperty("records") Records records,
		@JsonProperty("redactions") Redactions redactions,
		@JsonProperty("circuit_breaker") CircuitBreaker circuitBreaker) implements FeedMetrics {

	/**
	 * Batches, from the rows of type {@code BULK_PERSISTENCE} in {@code audit_log}.
	 *
	 * @param total all batches
	 * @param successful those that are not failed
	 * @param failed those of severity ERROR or CRITICAL
	 * @param successRate successful / total, from 0 to 1; 0 when there is no batch
	 */
	public record Ingestions(@JsonProperty("total") long total, @JsonProperty("successful") long successful,
			@JsonProperty("failed") long failed, @JsonProperty("success_rate") double successRate) {

		public static Ingestions of(long total, long failed) {
			return new Ingestions(total, total - failed, failed, (total > 0) ? (double) (total - failed) / total : 0);
		}

	}

	/**
	 * Records.
	 *
	 * @param totalProcessed successful and failed ones
	 * @param totalSuccessful rows of {@code patients}, {@code encounters} and
	 * {@code observations} by {@code ingestion_timestamp}
	 * @param totalFailed rows of {@code audit_log} of type VALIDATION_ERROR or
	 * TRANSFORMATION_ERROR
	 */
	public record Records(@JsonProperty("total_processed") long totalProcessed,
			@JsonProperty("total_successful") long totalSuccessful, @JsonProperty("total_failed") long totalFailed) {

		public static Records of(long successful, long failed) {
			return new Records(successful + failed, successful, failed);
		}

	}

	/**
	 * Redacted values, from the rows of {@code logs}. A row counts once in each group.
	 *
	 * @param total all of them
	 * @param byField {@code field_name} → rows
	 * @param byRule {@code rule_triggered} → rows
	 * @param byAdapter {@code source_adapter} → rows; a missing adapter counts as
	 * {@code unknown}
	 */
	public record Redactions(@JsonProperty("total") long total, @JsonProperty("by_field") Map<String, Long> byField,
			@JsonProperty("by_rule") Map<String, Long> byRule,
			@JsonProperty("by_adapter") Map<String, Long> byAdapter) {

	}

	/**
	 * The circuit breaker in a word.
	 *
	 * @param status {@code open} when the failure rate is at or above the threshold, else
	 * {@code closed}; {@code half_open} is part of the contract and never occurs
	 * @param failureRate failures / rows of the last hour, from 0 to 1; 0 when there is
	 * no row
	 */
	public record CircuitBreaker(@JsonProperty("status") String status,
			@JsonProperty("failure_rate") double failureRate) {

		public static CircuitBreaker of(CircuitBreakerStatus status) {
			return new CircuitBreaker(status.isOpen() ? "open" : "closed",
					(status.totalProcessed() > 0) ? (double) status.totalFailures() / status.totalProcessed() : 0);
		}

	}

}
