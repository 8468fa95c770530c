package io.datadialysis.realtime.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * The distance between the points of a time series. Steps begin at midnight UTC or a
 * whole number of steps later, those of a week on Mondays.
 *
 * @param length whole seconds that divide a day, a day, or seven days
 */
public record SeriesStep(Duration length) {

	/** A midnight UTC from which steps of any length can be counted; a Monday. */
	public static final Instant ORIGIN = Instant.parse("2000-01-03T00:00:00Z");

	private static final Pattern PATTERN = Pattern.compile("([1-9][0-9]{0,5})([smhd])");

	private static final Duration DAY = Duration.ofDays(1);

	private static final Duration WEEK = Duration.ofDays(7);

	/** What is chosen from where none is asked for, in seconds. */
	private static final List<SeriesStep> USUAL = Stream
		.concat(Arrays.stream(new int[] { 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800 })
			.mapToObj(Duration::ofSeconds),
				Stream.concat(Stream.of(1, 2, 3, 4, 6, 8, 12).map(Duration::ofHours), Stream.of(DAY, WEEK)))
		.map(SeriesStep::new)
		.toList();

	private static final int USUAL_POINTS = 200;

	private static final int MOST_POINTS = 1000;

	/**
	 * Reads a step where text enters the server.
	 * @param text what the client sent, such as {@code 5m}
	 * @return the step it means
	 * @throws InvalidSeriesException when it is none
	 */
	public static SeriesStep parse(String text) {
		Matcher matcher = PATTERN.matcher(text);
		if (matcher.matches()) {
			Duration length = Duration.of(Long.parseLong(matcher.group(1)), unit(matcher.group(2)));
			if (DAY.toSeconds() % length.toSeconds() == 0 || length.equals(WEEK)) {
				return new SeriesStep(length);
			}
		}
		throw new InvalidSeriesException("step '" + ClientText.shown(text)
				+ "' is not known; allowed are 7d, 1d, and what a day is a whole number of, such as 30s, 5m or 6h.");
	}

	private static ChronoUnit unit(String letter) {
		return switch (letter) {
			case "s" -> ChronoUnit.SECONDS;
			case "m" -> ChronoUnit.MINUTES;
			case "h" -> ChronoUnit.HOURS;
			default -> ChronoUnit.DAYS;
		};
	}

	/** The shortest usual one that divides a range into no more than some 200 points. */
	public static SeriesStep fitting(TimeRange range) {
		return shortest(range, USUAL_POINTS);
	}

	private static SeriesStep shortest(TimeRange range, int points) {
		return USUAL.stream().filter((step) -> step.mostPoints(range) <= points).findFirst().orElseThrow();
	}

	/**
	 * Refuses a range that would have too many points.
	 * @throws InvalidSeriesException when it has more than 1,000
	 */
	void checkFits(TimeRange range) {
		if (mostPoints(range) > MOST_POINTS) {
			throw new InvalidSeriesException("step '" + text() + "' makes " + mostPoints(range) + " points of "
					+ range.text() + ", and " + MOST_POINTS + " are the most: ask for "
					+ shortest(range, MOST_POINTS).text() + " or longer.");
		}
	}

	/** A window touches one step more than fit into it, and both its ends count. */
	private long mostPoints(TimeRange range) {
		return range.length().dividedBy(this.length) + 2;
	}

	/** The beginning of the step that holds an instant. */
	public Instant floor(Instant instant) {
		long sinceOrigin = ChronoUnit.SECONDS.between(ORIGIN, instant.truncatedTo(ChronoUnit.SECONDS));
		return ORIGIN.plusSeconds(Math.floorDiv(sinceOrigin, this.length.toSeconds()) * this.length.toSeconds());
	}

	/** The step as clients write it, in the largest unit that it is a whole number of. */
	@JsonValue
	public String text() {
		if (this.length.toDaysPart() > 0) {
			return this.length.toDays() + "d";
		}
		if (this.length.equals(this.length.truncatedTo(ChronoUnit.HOURS))) {
			return this.length.toHours() + "h";
		}
		return this.length.equals(this.length.truncatedTo(ChronoUnit.MINUTES)) ? this.length.toMinutes() + "m"
				: this.length.toSeconds() + "s";
	}

}
