package io.datadialysis.realtime.metrics;

import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A number over time, for charts. Each line has a value for each time; a value is null
 * where no row of the metric falls into the step, and 0 where there are rows but none of
 * that line.
 *
 * @param metric which number
 * @param timeRange over which time
 * @param step the distance of the points
 * @param from the start of the window, included, with a Z
 * @param to its end, included, with a Z: the numbers are right for this instant
 * @param times the beginnings of the steps, with a Z, oldest first; the first may lie
 * before {@code from}: only what is in the window counts
 * @param series line to its values; for groups, the twenty with most rows
 * @param others the sum of all other groups; null when there are no more than twenty
 */
public record TimeSeries(@JsonProperty("metric") SeriesMetric metric, @JsonProperty("time_range") TimeRange timeRange,
		@JsonProperty("step") SeriesStep step, @JsonProperty("from") Instant from, @JsonProperty("to") Instant to,
		@JsonProperty("times") List<Instant> times, @JsonProperty("series") Map<String, List<@Nullable Number>> series,
		@JsonProperty("others") @Nullable List<@Nullable Number> others) {

}
