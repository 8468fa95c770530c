package io.datadialysis.realtime.metrics;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * How fast batches are loaded, from the rows of type {@code BULK_PERSISTENCE} in
 * {@code audit_log}.
 *
 * @param timeRange the window's length
 * @param throughput records per second
 * @param latency processing time of a batch
 * @param fileProcessing how many batches
 * @param memory nothing: no table holds it
 */
public record PerformanceMetrics(@JsonProperty("time_range") TimeRange timeRange,
		@JsonProperty("throughput") Throughput throughput, @JsonProperty("latency") Latency latency,
		@JsonProperty("file_processing") FileProcessing fileProcessing,
		@JsonProperty("memory") Memory memory) implements FeedMetrics {

	/**
	 * Throughput, over batches with a positive {@code row_count}.
	 *
	 * @param recordsPerSecond the sum of {@code row_count} over the sum of the positive
	 * {@code processing_time_seconds}; where no batch has such a time, over the seconds
	 * from the first batch to the last (at least 1). Two decimals; 0 when there is no
	 * such batch
	 * @param mbPerSecond always null: no table holds sizes
	 * @param peakRecordsPerSecond the highest {@code row_count / processing_time_seconds}
	 * of a single batch, two decimals; null when no batch has such a time
	 */
	public record Throughput(@JsonProperty("records_per_second") double recordsPerSecond,
			@JsonProperty("mb_per_second") @Nullable Double mbPerSecond,
			@JsonProperty("peak_records_per_second") @Nullable Double peakRecordsPerSecond) {

	}

	/**
	 * Processing time of a batch in milliseconds, from {@code processing_time_ms} of
	 * {@code details}, two decimals. Only finite JSON numbers from 0 up count; all four
	 * are null when there is none. A percentile is the value at index ⌊p · n⌋ of the n
	 * sorted values.
	 *
	 * @param avgProcessingTimeMs the mean
	 * @param p50Ms the median
	 * @param p95Ms the 95th percentile
	 * @param p99Ms the 99th percentile
	 */
	public record Latency(@JsonProperty("avg_processing_time_ms") @Nullable Double avgProcessingTimeMs,
			@JsonProperty("p50_ms") @Nullable Double p50Ms, @JsonProperty("p95_ms") @Nullable Double p95Ms,
			@JsonProperty("p99_ms") @Nullable Double p99Ms) {

	}

	/**
	 * Files, which are batches.
	 *
	 * @param totalFiles the same as {@code ingestions.total} of the overview
	 * @param avgFileSizeMb always null: no table holds sizes
	 * @param totalDataProcessedMb always null, for the same reason
	 */
	public record FileProcessing(@JsonProperty("total_files") long totalFiles,
			@JsonProperty("avg_file_size_mb") @Nullable Double avgFileSizeMb,
			@JsonProperty("total_data_processed_mb") @Nullable Double totalDataProcessedMb) {

	}

	/**
	 * Memory of the pipeline.
	 *
	 * @param avgPeakMemoryMb always null: no table holds it
	 * @param maxPeakMemoryMb always null, for the same reason
	 */
	public record Memory(@JsonProperty("avg_peak_memory_mb") @Nullable Double avgPeakMemoryMb,
			@JsonProperty("max_peak_memory_mb") @Nullable Double maxPeakMemoryMb) {

	}

}
