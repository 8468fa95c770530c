package io.datadialysis.realtime.snapshot;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the updates.
 *
 * @param updateInterval how often each watched feed is computed and published; also how
 * long a feed counts as watched after its last subscriber has left; from 50 ms to 1 h
 */
@ConfigurationProperties("realtime")
public record SnapshotProperties(@DefaultValue("5s") Duration updateInterval) {

	private static final Duration SHORTEST = Duration.ofMillis(50);

	private static final Duration LONGEST = Duration.ofHours(1);

	public SnapshotProperties {
		if (updateInterval.compareTo(SHORTEST) < 0 || updateInterval.compareTo(LONGEST) > 0) {
			throw new IllegalArgumentException(
					"realtime.update-interval must be from 50ms to 1h, not " + updateInterval.toMillis() + "ms");
		}
	}

}
