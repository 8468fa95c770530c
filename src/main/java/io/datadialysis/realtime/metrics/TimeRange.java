package io.datadialysis.realtime.metrics;

import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Collectors;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * How far back a window reaches: from now minus the range to now, both included, to the
 * microsecond.
 */
public enum TimeRange {

	/** The last hour. */
	HOUR("1h", Duration.ofHours(1)),

	/** The last 24 hours. */
	DAY("24h", Duration.ofHours(24)),

	/** The last seven times 24 hours. */
	WEEK("7d", Duration.ofDays(7)),

	/** The last thirty times 24 hours. */
	MONTH("30d", Duration.ofDays(30));

	/**
	 * The name of the STOMP header, the query parameter's cousin, by which a client sets
	 * its range.
	 */
	public static final String HEADER = "time-range";

	private final String text;

	private final Duration length;

	TimeRange(String text, Duration length) {
		this.text = text;
		this.length = length;
	}

	/**
	 * Reads a range where text enters the server.
	 * @param text what the client sent, such as {@code 7d}; null when it sent nothing
	 * @return the range it means
	 * @throws InvalidTimeRangeException when the text is none of the allowed ranges,
	 * letter for letter
	 */
	public static TimeRange parse(@Nullable String text) {
		for (TimeRange range : values()) {
			if (range.text.equals(text)) {
				return range;
			}
		}
		throw new InvalidTimeRangeException(text);
	}

	/**
	 * The allowed ranges as people write them, from the shortest to the longest:
	 * {@code 1h, 24h, 7d, 30d}.
	 */
	public static String allowed() {
		return Arrays.stream(values()).map(TimeRange::text).collect(Collectors.joining(", "));
	}

	/** The range as clients write it, such as {@code 24h}. */
	@JsonValue
	public String text() {
		return this.text;
	}

	/** The range as a length of time. */
	public Duration length() {
		return this.length;
	}

}
