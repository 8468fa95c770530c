package io.datadialysis.realtime.rest;

import java.time.Clock;
import java.time.Instant;

import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * The range of a request: {@code time_range}, or {@code from} and {@code to}, or none of
 * them. An empty parameter is the same as none.
 *
 * @param timeRange how far back from now
 * @param from where it begins
 * @param to where it ends
 */
record TimeRangeParameters(@Nullable String timeRange, @Nullable String from, @Nullable String to) {

	/** The name of the parameter, which differs from that of the component. */
	static final String TIME_RANGE = "time_range";

	/** What the parameters are, for the description of the API. */
	static final String TIME_RANGE_IS = "How far back from now the window reaches: 5m to 90d, such as 15m, 36h or 45d";

	static final String FROM_IS = "Instead of time_range: where the window begins, such as 2026-11-19T00:00:00Z;"
			+ " UTC where no zone is given";

	static final String TO_IS = "Where it ends, at most 366 days later";

	/**
	 * Reads it.
	 * @param otherwise the range of a request that gives none
	 * @param clock tells what is the future
	 * @return the range
	 * @throws InvalidTimeRangeException when they make no range that can be answered
	 */
	TimeRange read(TimeRange otherwise, Clock clock) {
		if (isMissing(this.from) && isMissing(this.to)) {
			return isMissing(this.timeRange) ? otherwise : TimeRange.parse(this.timeRange);
		}
		if (!isMissing(this.timeRange)) {
			throw InvalidTimeRangeException.because("Give either 'time_range', or 'from' and 'to', not both.");
		}
		if (this.from == null || this.to == null || isMissing(this.from) || isMissing(this.to)) {
			throw InvalidTimeRangeException
				.because("'" + (isMissing(this.from) ? "from" : "to") + "' is missing: 'from' and 'to' come together.");
		}
		Instant now = clock.instant();
		TimeRange range = TimeRange.between(this.from, this.to);
		if (range.start(now).equals(now)) {
			throw InvalidTimeRangeException.because("'from' lies in the future: it is " + now + " now.");
		}
		return range;
	}

	private static boolean isMissing(@Nullable String parameter) {
		return parameter == null || parameter.isEmpty();
	}

}
