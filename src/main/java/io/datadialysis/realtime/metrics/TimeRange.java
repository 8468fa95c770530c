package io.datadialysis.realtime.metrics;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoUnit;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * Which stretch of time numbers are about, both ends included, to the microsecond: the
 * last hours or days, or all between two instants.
 */
public sealed interface TimeRange {

	/**
	 * The name of the STOMP header, the query parameter's cousin, by which a client sets
	 * its range.
	 */
	String HEADER = "time-range";

	/** The last hour. */
	TimeRange HOUR = new Last(Duration.ofHours(1));

	/** The last 24 hours. */
	TimeRange DAY = new Last(Duration.ofHours(24));

	/** The last seven times 24 hours. */
	TimeRange WEEK = new Last(Duration.ofDays(7));

	/** The last thirty times 24 hours. */
	TimeRange MONTH = new Last(Duration.ofDays(30));

	/**
	 * The range as clients write it, such as {@code 24h}, or
	 * {@code 2026-11-19T00:00:00Z/2026-11-20T00:00:00Z}.
	 */
	@JsonValue
	String text();

	/** The range as a length of time. */
	Duration length();

	/**
	 * The end of its window.
	 * @param now the present; what is dated later counts in no window
	 */
	Instant end(Instant now);

	/** The start of its window, not after the end. */
	Instant start(Instant now);

	/**
	 * Reads a range that reaches back from now, where text enters the server.
	 * @param text what the client sent, such as {@code 15m}, {@code 36h} or {@code 45d};
	 * null when it sent nothing
	 * @return the range it means; {@code 60m} is the same as {@code 1h}
	 * @throws InvalidTimeRangeException when the text is none, or is shorter than five
	 * minutes or longer than 90 days
	 */
	static TimeRange parse(@Nullable String text) {
		Matcher matcher = Last.PATTERN.matcher((text != null) ? text : "");
		if (matcher.matches()) {
			Duration length = Duration.of(Long.parseLong(matcher.group(1)), Last.unit(matcher.group(2)));
			if (Last.isAllowed(length)) {
				return new Last(length);
			}
		}
		throw new InvalidTimeRangeException(text, Last.ALLOWED);
	}

	/**
	 * Whether ranges can be that long: from five minutes to 90 days, in whole minutes.
	 */
	static boolean isLength(Duration length) {
		return Last.isAllowed(length);
	}

	/**
	 * The range that reaches back from now by a length.
	 * @param length from five minutes to 90 days, in whole minutes
	 * @throws InvalidTimeRangeException when it is none of these
	 */
	static TimeRange last(Duration length) {
		return new Last(length);
	}

	/**
	 * Reads a range between two instants, where text enters the server. A time without
	 * zone means UTC.
	 * @param from its start, such as {@code 2026-11-19T08:00:00Z}
	 * @param to its end, later by 366 days at most
	 * @throws InvalidTimeRangeException when it is none
	 */
	static TimeRange between(String from, String to) {
		return new Between(Between.parse("from", from), Between.parse("to", to));
	}

	/**
	 * Back from now.
	 *
	 * @param length how far, in whole minutes
	 */
	record Last(Duration length) implements TimeRange {

		private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,6})([mhd])");

		private static final Duration SHORTEST = Duration.ofMinutes(5);

		private static final Duration LONGEST = Duration.ofDays(90);

		private static final String ALLOWED = "allowed are 5m to 90d, such as 15m, 36h or 45d";

		private static final int HOURS_OF_DAY = 24;

		public Last {
			if (!isAllowed(length)) {
				throw new InvalidTimeRangeException(length.toString(), ALLOWED);
			}
		}

		private static boolean isAllowed(Duration length) {
			return length.compareTo(SHORTEST) >= 0 && length.compareTo(LONGEST) <= 0
					&& length.equals(length.truncatedTo(ChronoUnit.MINUTES));
		}

		private static ChronoUnit unit(String letter) {
			return switch (letter) {
				case "m" -> ChronoUnit.MINUTES;
				case "h" -> ChronoUnit.HOURS;
				default -> ChronoUnit.DAYS;
			};
		}

		/** In the largest unit that it is a whole number of, but a day is 24h. */
		@Override
		public String text() {
			long minutes = this.length.toMinutes();
			long hours = this.length.toHours();
			if (hours * Duration.ofHours(1).toMinutes() != minutes) {
				return minutes + "m";
			}
			return (hours % HOURS_OF_DAY != 0 || hours == HOURS_OF_DAY) ? hours + "h" : hours / HOURS_OF_DAY + "d";
		}

		@Override
		public Instant end(Instant now) {
			return now;
		}

		@Override
		public Instant start(Instant now) {
			return now.minus(this.length);
		}

	}

	/**
	 * Between two instants.
	 *
	 * @param from the start
	 * @param to the end, after the start
	 */
	record Between(Instant from, Instant to) implements TimeRange {

		private static final Duration LONGEST = Duration.ofDays(366);

		/** A time with a zone or, meaning UTC, without one. */
		private static final DateTimeFormatter FORMAT = new DateTimeFormatterBuilder()
			.append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
			.optionalStart()
			.appendOffsetId()
			.toFormatter(Locale.ROOT)
			.withResolverStyle(ResolverStyle.STRICT);

		/** Years of four digits: what is outside of these is a slip of the hand. */
		private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

		private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999999Z");

		public Between {
			if (!from.isBefore(to)) {
				throw InvalidTimeRangeException.because("'to' must be later than 'from'.");
			}
			if (Duration.between(from, to).compareTo(LONGEST) > 0) {
				throw InvalidTimeRangeException
					.because("'from' and 'to' may lie " + LONGEST.toDays() + " days apart at most.");
			}
		}

		private static Instant parse(String name, String text) {
			try {
				Instant instant = instant(FORMAT.parseBest(text, OffsetDateTime::from, LocalDateTime::from));
				if (!instant.isBefore(EARLIEST) && !instant.isAfter(LATEST)) {
					return instant.truncatedTo(ChronoUnit.MICROS);
				}
			}
			catch (DateTimeException ex) {
				throw refusal(name, text, ex);
			}
			throw refusal(name, text, null);
		}

		private static Instant instant(TemporalAccessor time) {
			return (time instanceof LocalDateTime local) ? local.toInstant(ZoneOffset.UTC)
					: OffsetDateTime.from(time).toInstant();
		}

		private static InvalidTimeRangeException refusal(String name, String text, @Nullable DateTimeException cause) {
			InvalidTimeRangeException refusal = InvalidTimeRangeException.because("'" + name
					+ "' must be a time such as 2026-11-20T14:00:00Z, not '" + ClientText.shown(text) + "'.");
			refusal.initCause(cause);
			return refusal;
		}

		@Override
		public String text() {
			return this.from + "/" + this.to;
		}

		@Override
		public Duration length() {
			return Duration.between(this.from, this.to);
		}

		@Override
		public Instant end(Instant now) {
			return this.to.isBefore(now) ? this.to : now;
		}

		/** Not after now: of what lies ahead, nothing is known. */
		@Override
		public Instant start(Instant now) {
			return this.from.isBefore(now) ? this.from : now;
		}

	}

}
