package io.datadialysis.realtime.pipeline;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

import io.datadialysis.realtime.metrics.TimeRange;

/**
 * The stretch of time that a set of numbers is about, both ends included, as the tables
 * hold times: without zone, in UTC.
 *
 * @param from the start
 * @param to the end
 */
public record Window(LocalDateTime from, LocalDateTime to) {

	/**
	 * The window that ends at an instant.
	 * @param now its end; finer parts than microseconds are cut off
	 * @param range how far back it reaches
	 * @return the window
	 */
	public static Window endingAt(Instant now, TimeRange range) {
		// The columns hold microseconds; a finer end would let a row of the next
		// microsecond look as if it were before it.
		LocalDateTime to = LocalDateTime.ofInstant(now, ZoneOffset.UTC).truncatedTo(ChronoUnit.MICROS);
		return new Window(to.minus(range.length()), to);
	}

}
