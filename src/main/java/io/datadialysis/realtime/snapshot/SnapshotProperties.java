package io.datadialysis.realtime.snapshot;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.datadialysis.realtime.metrics.TimeRange;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the updates.
 *
 * @param updateInterval how often each watched feed is computed and published; also how
 * long a feed counts as watched after its last subscriber has left; from 50 ms to 1 h
 * @param timeRanges at which ranges feeds can be listened to; each from five minutes to
 * 90 days, 24 hours among them
 */
@ConfigurationProperties("realtime")
public record SnapshotProperties(@DefaultValue("5s") Duration updateInterval, @DefaultValue( {
		"1h", "6h", "24h", "7d", "30d" }) List<Duration> timeRanges){

	private static final Duration SHORTEST = Duration.ofMillis(50);

	private static final Duration LONGEST = Duration.ofHours(1);

	public SnapshotProperties {
		if (updateInterval.compareTo(SHORTEST) < 0 || updateInterval.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"realtime.update-interval must be from 50ms to 1h, not " + updateInterval.toMillis() + "ms");
		}
		if (timeRanges.stream().anyMatch(Objects::isNull)) {
			throw new IllegalArgumentException("realtime.time-ranges has an empty place; write it as 1h, 6h, 24h");
		}
		if (!timeRanges.contains(TimeRange.DAY.length())) {
			throw new IllegalArgumentException(
					"realtime.time-ranges must have 24h among them: it is the range of whoever asks for none");
		}
		for (Duration range : timeRanges) {
			if (!TimeRange.isLength(range)) {
				// Without a cause: the innermost one is what a failed start tells.
				throw new IllegalArgumentException(
						"realtime.time-ranges must be from 5m to 90d each, in whole minutes; " + range.toMinutes()
								+ "m is not");
			}
		}
		timeRanges = List.copyOf(timeRanges);
	}

}
