package io.datadialysis.realtime.snapshot;

import java.util.List;
import java.util.stream.Collectors;

import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/**
 * The ranges at which feeds can be listened to. Each of them that somebody watches is
 * computed at every tick, so there are few, by configuration; a single request may ask
 * for any range.
 */
@Component
public class TopicRanges {

	private final List<TimeRange> ranges;

	/** Takes them from the settings. */
	public TopicRanges(SnapshotProperties properties) {
		this.ranges = properties.timeRanges().stream().distinct().sorted().map(TimeRange::last).toList();
	}

	/** All of them, from the shortest to the longest. */
	public List<TimeRange> all() {
		return this.ranges;
	}

	/**
	 * Reads one where text enters the server.
	 * @param text what the client sent; null when it sent nothing
	 * @return the range it means
	 * @throws InvalidTimeRangeException when it is none of them
	 */
	public TimeRange parse(@Nullable String text) {
		for (TimeRange range : this.ranges) {
			if (range.text().equals(text)) {
				return range;
			}
		}
		throw new InvalidTimeRangeException(text, allowed());
	}

	/** What is allowed, for a sentence: {@code allowed are 1h, 24h}. */
	public String allowed() {
		return this.ranges.stream().map(TimeRange::text).collect(Collectors.joining(", ", "allowed are ", ""));
	}

	boolean contains(TimeRange range) {
		return this.ranges.contains(range);
	}

}
