package io.datadialysis.realtime.demo;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.SplittableRandom;

/**
 * When the demo pipeline is busy, and when it fails: a function of the seed and the hour
 * (UTC) alone, so that every start agrees with the history before it.
 */
final class DemoRhythm {

	private static final int PEAK_HOUR = 2;

	private static final int HOURS_PER_BAD_HOUR = 60;

	private static final double QUIET = 0.15;

	private final long seed;

	DemoRhythm(long seed) {
		this.seed = seed;
	}

	/** How much work there is, relative to office hours: 0.15 to 1. */
	double load(Instant at) {
		var time = at.atOffset(ZoneOffset.UTC);
		if (isPeak(at)) {
			return 1;
		}
		int hour = time.getHour();
		double weekday = (hour >= 8 && hour < 17) ? 1 : (hour >= 6 && hour < 20) ? 0.5 : QUIET;
		boolean weekend = time.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
		return weekend ? Math.max(QUIET, weekday * 0.4) : weekday;
	}

	/** The nightly bulk load: files several times the usual size. */
	boolean isPeak(Instant at) {
		return at.atOffset(ZoneOffset.UTC).getHour() == PEAK_HOUR;
	}

	/** An hour in which most loads fail, enough to open the circuit breaker. */
	boolean isBadHour(Instant at) {
		long hour = at.truncatedTo(ChronoUnit.HOURS).getEpochSecond();
		return new SplittableRandom(this.seed ^ Long.rotateLeft(hour, 32)).nextInt(HOURS_PER_BAD_HOUR) == 0;
	}

}
