package io.datadialysis.realtime.rollup;

import java.time.Duration;
import java.time.Instant;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the rollup. A window whose end lies further back than buckets of a length
 * are kept is answered from longer ones and, for what these don't cover, from the rows.
 *
 * @param pollInterval how long to wait between two looks for changes; from 10 ms to 10 s
 * @param keepSeconds how long buckets of a second are kept
 * @param keepMinutes how long buckets of a minute are kept; at least an hour longer than
 * those of a second
 * @param keepHours how long buckets of an hour are kept; at least a day longer than those
 * of a minute; buckets of a day are kept for ever
 */
@ConfigurationProperties("realtime.rollup")
record RollupProperties(@DefaultValue("100ms") Duration pollInterval, @DefaultValue("2h") Duration keepSeconds,
		@DefaultValue("35d") Duration keepMinutes, @DefaultValue("400d") Duration keepHours) {

	/** Rows of so much time may be read for one time series. */
	private static final Duration MOST_ROWS = Duration.ofHours(6);

	RollupProperties {
		if (pollInterval.compareTo(Duration.ofMillis(10)) < 0 || pollInterval.compareTo(Duration.ofSeconds(10)) > 0) {
			throw new IllegalArgumentException("realtime.rollup.poll-interval must be from 10ms to 10s");
		}
		if (keepSeconds.compareTo(Duration.ofMinutes(1)) < 0) {
			throw new IllegalArgumentException("realtime.rollup.keep-seconds must be at least 1m");
		}
		if (keepMinutes.compareTo(keepSeconds.plusHours(1)) < 0) {
			throw new IllegalArgumentException(
					"realtime.rollup.keep-minutes must be at least an hour more than keep-seconds");
		}
		if (keepHours.compareTo(keepMinutes.plusDays(1)) < 0) {
			throw new IllegalArgumentException(
					"realtime.rollup.keep-hours must be at least a day more than keep-minutes");
		}
	}

	/**
	 * The finest step in which a stretch of time can be told from buckets, but for a few
	 * hours of it.
	 */
	Duration finestStep(Instant start, Instant end, Instant now) {
		if (isToldBy(this.keepSeconds, start, end, now)) {
			return Duration.ofSeconds(1);
		}
		if (isToldBy(this.keepMinutes, start, end, now)) {
			return Duration.ofMinutes(1);
		}
		return isToldBy(this.keepHours, start, end, now) ? Duration.ofHours(1) : Duration.ofDays(1);
	}

	private static boolean isToldBy(Duration kept, Instant start, Instant end, Instant now) {
		Instant horizon = now.minus(kept);
		Instant rowsEnd = end.isBefore(horizon) ? end : horizon;
		return Duration.between(start, rowsEnd).compareTo(MOST_ROWS) <= 0;
	}

}
