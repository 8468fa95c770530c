package io.datadialysis.realtime.metrics;

/**
 * Which time series: of what, over which time, in which steps.
 *
 * @param metric of what
 * @param range over which time
 * @param step in which steps
 */
public record SeriesKey(SeriesMetric metric, TimeRange range, SeriesStep step) {

}
