package io.datadialysis.realtime.metrics;

import java.time.Duration;

/** One of the four streams of metrics that the server publishes. */
public enum Feed {

	/** Ingestions, records and redactions at a glance: {@link OverviewMetrics}. */
	OVERVIEW("metrics", "metrics_update", TimeRange.DAY, true),

	/** Redactions and audit events in detail: {@link SecurityMetrics}. */
	SECURITY("security", "security_metrics_update", TimeRange.WEEK, true),

	/** Throughput and latency of the loads: {@link PerformanceMetrics}. */
	PERFORMANCE("performance", "performance_metrics_update", TimeRange.DAY, true),

	/**
	 * The share of failures over the last hour, whatever the range:
	 * {@link CircuitBreakerStatus}.
	 */
	CIRCUIT_BREAKER("circuit-breaker", "circuit_breaker_update", TimeRange.HOUR, false);

	private final String topic;

	private final String messageType;

	private final Duration restDefault;

	private final boolean ranged;

	Feed(String topic, String messageType, TimeRange restDefault, boolean ranged) {
		this.topic = topic;
		this.messageType = messageType;
		this.restDefault = restDefault.length();
		this.ranged = ranged;
	}

	/**
	 * The last segment of the feed's destinations, such as {@code metrics} in
	 * {@code /topic/metrics.7d}.
	 */
	public String topic() {
		return this.topic;
	}

	/** The {@code type} of the messages that carry this feed. */
	public String messageType() {
		return this.messageType;
	}

	/**
	 * The range that a REST request means when it names none; subscriptions have the
	 * range of their session instead.
	 */
	public TimeRange restDefault() {
		return TimeRange.last(this.restDefault);
	}

	/** Whether the range makes a difference to this feed. */
	public boolean isRanged() {
		return this.ranged;
	}

}
