package io.datadialysis.realtime.metrics;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Whether too much fails: the rows of {@code audit_log} of the last hour, and those of
 * severity ERROR or CRITICAL among them.
 *
 * @param isOpen whether {@code failureRate} is at or above {@code threshold}
 * @param failureRate failures in percent of rows, from 0 to 100; 0 when there is no row
 * @param threshold the percentage at which it opens: 50
 * @param totalProcessed rows of the last hour
 * @param totalFailures failures among them
 * @param windowSize the pipeline's own window in records, told for information: 100
 * @param failuresInWindow the same as {@code totalFailures}
 * @param recordsInWindow the same as {@code totalProcessed}
 * @param minRecordsBeforeCheck the pipeline's own minimum, told and not applied here: 10
 */
public record CircuitBreakerStatus(@JsonProperty("is_open") boolean isOpen,
		@JsonProperty("failure_rate") double failureRate, @JsonProperty("threshold") double threshold,
		@JsonProperty("total_processed") long totalProcessed, @JsonProperty("total_failures") long totalFailures,
		@JsonProperty("window_size") int windowSize, @JsonProperty("failures_in_window") long failuresInWindow,
		@JsonProperty("records_in_window") long recordsInWindow,
		@JsonProperty("min_records_before_check") int minRecordsBeforeCheck) implements FeedMetrics {

	private static final double THRESHOLD_PERCENT = 50;

	private static final int WINDOW_SIZE = 100;

	private static final int MIN_RECORDS_BEFORE_CHECK = 10;

	/**
	 * The status that follows from the counts.
	 * @param processed rows of the last hour
	 * @param failures rows of severity ERROR or CRITICAL among them
	 * @return the status
	 */
	public static CircuitBreakerStatus of(long processed, long failures) {
		double failureRate = (processed > 0) ? (double) failures / processed * 100 : 0;
		return new CircuitBreakerStatus(failureRate >= THRESHOLD_PERCENT, failureRate, THRESHOLD_PERCENT, processed,
				failures, WINDOW_SIZE, failures, processed, MIN_RECORDS_BEFORE_CHECK);
	}

}
