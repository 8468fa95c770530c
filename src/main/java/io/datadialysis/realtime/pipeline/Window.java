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
	 * The window of a range.
	 * @param range the range
	 * @param now the present; finer parts than microseconds are cut off
	 * @return the window; nothing in it is later than now
	 */
	public static Window of(TimeRange range, Instant now) {
		// The columns hold microseconds; a finer end would let a row of the next
		// microsecond look as if it were before it.
		Instant present = now.truncatedTo(ChronoUnit.MICROS);
		return new Window(utc(range.start(present)), utc(range.end(present)));
	}

	/** The hour before its end. */
	public Window lastHour() {
		return new Window(this.to.minus(TimeRange.HOUR.length()), this.to);
	}

	private static LocalDateTime utc(Instant instant) {
		return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
	}

}
