package io.datadialysis.realtime.metrics;

/**
 * The numbers of one feed for one window: the {@code data} of its messages and the body
 * of its REST answer.
 */
public sealed interface FeedMetrics permits OverviewMetrics, SecurityMetrics, PerformanceMetrics, CircuitBreakerStatus {

}
