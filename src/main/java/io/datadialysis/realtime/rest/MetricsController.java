package io.datadialysis.realtime.rest;

import java.time.Clock;

import io.datadialysis.realtime.metrics.CircuitBreakerStatus;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.OverviewMetrics;
import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.SecurityMetrics;
import io.datadialysis.realtime.snapshot.Snapshots;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static io.datadialysis.realtime.rest.TimeRangeParameters.FROM_IS;
import static io.datadialysis.realtime.rest.TimeRangeParameters.TIME_RANGE;
import static io.datadialysis.realtime.rest.TimeRangeParameters.TIME_RANGE_IS;
import static io.datadialysis.realtime.rest.TimeRangeParameters.TO_IS;

/** The metrics of one moment, for clients that ask instead of listening. */
@RestController
@RequestMapping("/api")
@Tag(name = "Metrics")
class MetricsController {

	private static final TimeRangeParameters NONE = new TimeRangeParameters(null, null, null);

	private final Snapshots snapshots;

	private final Clock clock;

	MetricsController(Snapshots snapshots, Clock clock) {
		this.snapshots = snapshots;
		this.clock = clock;
	}

	@GetMapping("/metrics/overview")
	@Operation(summary = "Ingestions, records and redactions at a glance")
	OverviewMetrics overview(
			@Parameter(description = TIME_RANGE_IS) @RequestParam(name = TIME_RANGE,
					required = false) @Nullable String timeRange,
			@Parameter(description = FROM_IS) @RequestParam(required = false) @Nullable String from,
			@Parameter(description = TO_IS) @RequestParam(required = false) @Nullable String to) {
		return read(Feed.OVERVIEW, new TimeRangeParameters(timeRange, from, to), OverviewMetrics.class);
	}

	@GetMapping("/metrics/security")
	@Operation(summary = "Redactions and audit events in detail")
	SecurityMetrics security(
			@Parameter(description = TIME_RANGE_IS) @RequestParam(name = TIME_RANGE,
					required = false) @Nullable String timeRange,
			@Parameter(description = FROM_IS) @RequestParam(required = false) @Nullable String from,
			@Parameter(description = TO_IS) @RequestParam(required = false) @Nullable String to) {
		return read(Feed.SECURITY, new TimeRangeParameters(timeRange, from, to), SecurityMetrics.class);
	}

	@GetMapping("/metrics/performance")
	@Operation(summary = "Throughput and latency of the loads")
	PerformanceMetrics performance(
			@Parameter(description = TIME_RANGE_IS) @RequestParam(name = TIME_RANGE,
					required = false) @Nullable String timeRange,
			@Parameter(description = FROM_IS) @RequestParam(required = false) @Nullable String from,
			@Parameter(description = TO_IS) @RequestParam(required = false) @Nullable String to) {
		return read(Feed.PERFORMANCE, new TimeRangeParameters(timeRange, from, to), PerformanceMetrics.class);
	}

	@GetMapping("/circuit-breaker/status")
	@Operation(summary = "The share of failures over the last hour")
	CircuitBreakerStatus circuitBreaker() {
		return read(Feed.CIRCUIT_BREAKER, NONE, CircuitBreakerStatus.class);
	}

	private <M extends FeedMetrics> M read(Feed feed, TimeRangeParameters range, Class<M> type) {
		return type.cast(this.snapshots.forRequest(new FeedRange(feed, range.read(feed.restDefault(), this.clock))));
	}

}
