package io.datadialysis.realtime.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * A number that can be had as a time series. Its lines mean what the fields of the feeds
 * mean that they are named after.
 */
public enum SeriesMetric {

	/** Records per second of {@link PerformanceMetrics.Throughput}. */
	THROUGHPUT("throughput"),

	/** Milliseconds of {@link PerformanceMetrics.Latency}. */
	LATENCY("latency"),

	/** Batches of {@link OverviewMetrics.Ingestions}. */
	INGESTIONS("ingestions"),

	/**
	 * Records of {@link OverviewMetrics.Records}: successful ones by table, and failed
	 * ones.
	 */
	RECORDS("records"),

	/**
	 * Rows of {@code audit_log} and those that the circuit breaker counts as failures.
	 */
	FAILURES("failures"),

	/** Rows of {@code logs} by {@code field_name}. */
	REDACTIONS_BY_FIELD("redactions_by_field"),

	/** Rows of {@code logs} by {@code rule_triggered}. */
	REDACTIONS_BY_RULE("redactions_by_rule"),

	/**
	 * Rows of {@code logs} by {@code source_adapter}; a missing one is {@code unknown}.
	 */
	REDACTIONS_BY_ADAPTER("redactions_by_adapter"),

	/**
	 * Rows of {@code audit_log} by {@code severity}; those without one are in no line.
	 */
	AUDIT_EVENTS_BY_SEVERITY("audit_events_by_severity"),

	/** Rows of {@code audit_log} by {@code event_type}. */
	AUDIT_EVENTS_BY_TYPE("audit_events_by_type");

	private final String text;

	SeriesMetric(String text) {
		this.text = text;
	}

	/**
	 * Reads a metric where text enters the server.
	 * @param text what the client sent; null when it sent nothing
	 * @return the metric it means
	 * @throws InvalidSeriesException when it is none
	 */
	public static SeriesMetric parse(@Nullable String text) {
		for (SeriesMetric metric : values()) {
			if (metric.text.equals(text)) {
				return metric;
			}
		}
		throw new InvalidSeriesException(((text != null && !text.isEmpty())
				? "metric '" + ClientText.shown(text) + "' is not known" : "metric is missing") + "; there are "
				+ Arrays.stream(values()).map(SeriesMetric::text).collect(Collectors.joining(", ")) + ".");
	}

	/** The metric as clients write it. */
	@JsonValue
	public String text() {
		return this.text;
	}

	/**
	 * The names of its lines, if they are always the same; empty when the rows name them.
	 */
	public List<String> lines() {
		return switch (this) {
			case THROUGHPUT -> List.of("records_per_second", "peak_records_per_second");
			case LATENCY -> List.of("avg_processing_time_ms", "p50_ms", "p95_ms", "p99_ms");
			case INGESTIONS -> List.of("successful", "failed");
			case RECORDS -> List.of("patients", "encounters", "observations", "failed");
			case FAILURES -> List.of("processed", "failures");
			case REDACTIONS_BY_FIELD, REDACTIONS_BY_RULE, REDACTIONS_BY_ADAPTER, AUDIT_EVENTS_BY_SEVERITY,
					AUDIT_EVENTS_BY_TYPE ->
				List.of();
		};
	}

}
