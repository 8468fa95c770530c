package io.datadialysis.realtime.metrics;

/**
 * Which time series: of what, over which time, in which steps.
 *
 * @param metric of what
 * @param range over which time
 * @param step in which steps; no more than 1,000 of them
 */
public record SeriesKey(SeriesMetric metric, TimeRange range, SeriesStep step) {

	/**
	 * Checks that the parts go together.
	 * @throws InvalidSeriesException when there would be too many points
	 */
	public SeriesKey {
		step.checkFits(range);
	}

}
