package io.datadialysis.realtime.rest;

import io.datadialysis.realtime.metrics.CircuitBreakerStatus;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.OverviewMetrics;
import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.SecurityMetrics;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.Snapshots;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The metrics of one moment, for clients that ask instead of listening. */
@RestController
@RequestMapping("/api")
@Tag(name = "Metrics")
class MetricsController {

	private static final String TIME_RANGE = "time_range";

	private final Snapshots snapshots;

	MetricsController(Snapshots snapshots) {
		this.snapshots = snapshots;
	}

	@GetMapping("/metrics/overview")
	@Operation(summary = "Ingestions, records and redactions at a glance")
	OverviewMetrics overview(@TimeRangeParameter @RequestParam(name = TIME_RANGE, defaultValue = "24h") String range) {
		return read(Feed.OVERVIEW, range, OverviewMetrics.class);
	}

	@GetMapping("/metrics/security")
	@Operation(summary = "Redactions and audit events in detail")
	SecurityMetrics security(@TimeRangeParameter @RequestParam(name = TIME_RANGE, defaultValue = "7d") String range) {
		return read(Feed.SECURITY, range, SecurityMetrics.class);
	}

	@GetMapping("/metrics/performance")
	@Operation(summary = "Throughput and latency of the loads")
	PerformanceMetrics performance(
			@TimeRangeParameter @RequestParam(name = TIME_RANGE, defaultValue = "24h") String range) {
		return read(Feed.PERFORMANCE, range, PerformanceMetrics.class);
	}

	@GetMapping("/circuit-breaker/status")
	@Operation(summary = "The share of failures over the last hour")
	CircuitBreakerStatus circuitBreaker() {
		return read(Feed.CIRCUIT_BREAKER, TimeRange.HOUR.text(), CircuitBreakerStatus.class);
	}

	private <M extends FeedMetrics> M read(Feed feed, String range, Class<M> type) {
		return type.cast(this.snapshots.forRequest(new FeedRange(feed, TimeRange.parse(range))));
	}

}
