package io.datadialysis.realtime.rest;

import java.time.Clock;

import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.SeriesStep;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.metrics.TimeSeries;
import io.datadialysis.realtime.snapshot.SeriesReadings;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static io.datadialysis.realtime.rest.TimeRangeParameters.FROM_IS;
import static io.datadialysis.realtime.rest.TimeRangeParameters.TIME_RANGE;
import static io.datadialysis.realtime.rest.TimeRangeParameters.TIME_RANGE_IS;
import static io.datadialysis.realtime.rest.TimeRangeParameters.TO_IS;

/** Numbers over time, for charts. */
@RestController
@Tag(name = "Metrics")
class SeriesController {

	private final SeriesReadings readings;

	private final Clock clock;

	SeriesController(SeriesReadings readings, Clock clock) {
		this.readings = readings;
		this.clock = clock;
	}

	@GetMapping("/api/metrics/series")
	@Operation(summary = "A number over time, at most 1,000 points")
	TimeSeries series(
			@Parameter(description = "Which number", required = true,
					schema = @Schema(type = "string",
							allowableValues = { "throughput", "latency", "ingestions", "records", "failures",
									"redactions_by_field", "redactions_by_rule", "redactions_by_adapter",
									"audit_events_by_severity", "audit_events_by_type" })) @RequestParam(
											required = false) @Nullable String metric,
			@Parameter(description = TIME_RANGE_IS) @RequestParam(name = TIME_RANGE,
					required = false) @Nullable String timeRange,
			@Parameter(description = FROM_IS) @RequestParam(required = false) @Nullable String from,
			@Parameter(description = TO_IS) @RequestParam(required = false) @Nullable String to,
			@Parameter(description = "The distance of the points, such as 30s, 5m, 6h, 1d or 7d; without it,"
					+ " one that makes up to 200 points") @RequestParam(required = false) @Nullable String step) {
		SeriesMetric what = SeriesMetric.parse(metric);
		TimeRange window = new TimeRangeParameters(timeRange, from, to).read(TimeRange.DAY, this.clock);
		SeriesStep distance = (step != null && !step.isEmpty()) ? SeriesStep.parse(step) : null;
		return this.readings.forRequest(what, window, distance);
	}

}
