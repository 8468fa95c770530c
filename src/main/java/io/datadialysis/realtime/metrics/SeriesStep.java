package io.datadialysis.realtime.metrics;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * The distance between the points of a time series. Steps begin at midnight UTC or a
 * whole number of steps later, those of a week on Mondays.
 *
 * @param length from a second to seven days; what a day is a whole number of, or a week
 */
public record SeriesStep(Duration length) {

	/** A midnight UTC from which steps of any length can be counted; a Monday. */
	public static final Instant ORIGIN = Instant.parse("2000-01-03T00:00:00Z");

	private static final List<Duration> LENGTHS = Stream
		.of("1s", "2s", "5s", "10s", "15s", "30s", "1m", "2m", "5m", "10m", "15m", "30m", "1h", "2h", "3h", "4h", "6h",
				"8h", "12h")
		.map((time) -> Duration.parse("PT" + time))
		.collect(Collectors.collectingAndThen(Collectors.toList(), (times) -> {
			times.add(Duration.ofDays(1));
			times.add(Duration.ofDays(7));
			return List.copyOf(times);
		}));

	/** All that there are, from the shortest to the longest. */
	private static final List<SeriesStep> ALL = LENGTHS.stream().map(SeriesStep::new).toList();

	private static final int USUAL_POINTS = 200;

	private static final int MOST_POINTS = 1000;

	/**
	 * Checks that it is one of those that there are.
	 * @throws InvalidSeriesException when it is not
	 */
	public SeriesStep {
		if (!LENGTHS.contains(length)) {
			throw new InvalidSeriesException("step " + length + " is not known; allowed are " + allowed() + ".");
		}
	}

	/**
	 * Reads a step where text enters the server.
	 * @param text what the client sent, such as {@code 5m}
	 * @return the step it means
	 * @throws InvalidSeriesException when it is none
	 */
	public static SeriesStep parse(String text) {
		for (SeriesStep step : ALL) {
			if (step.text().equals(text)) {
				return step;
			}
		}
		throw new InvalidSeriesException(
				"step '" + ClientText.shown(text) + "' is not known; allowed are " + allowed() + ".");
	}

	private static String allowed() {
		return LENGTHS.stream().map(SeriesStep::text).collect(Collectors.joining(", "));
	}

	/**
	 * Chooses the step of a time series.
	 * @param asked the step that was asked for; null for the shortest that makes no more
	 * than some 200 points
	 * @param range the range
	 * @param now the present
	 * @param finest no step may be shorter, because nothing is counted as finely any more
	 * @return the step
	 * @throws InvalidSeriesException when the one that was asked for is too short
	 */
	public static SeriesStep choose(@Nullable SeriesStep asked, TimeRange range, Instant now, Duration finest) {
		Instant start = range.start(now);
		Instant end = range.end(now);
		if (asked == null) {
			return shortest(start, end, finest, USUAL_POINTS);
		}
		long points = asked.points(start, end);
		if (points > MOST_POINTS) {
			throw new InvalidSeriesException("step '" + asked.text() + "' makes " + points + " points of "
					+ range.text() + ", and " + MOST_POINTS + " are the most: ask for "
					+ shortest(start, end, finest, MOST_POINTS).text() + " or longer.");
		}
		if (asked.length().compareTo(finest) < 0) {
			throw new InvalidSeriesException("step '" + asked.text() + "' is too short for times so far back: ask for "
					+ shortest(start, end, finest, MOST_POINTS).text() + " or longer.");
		}
		return asked;
	}

	private static SeriesStep shortest(Instant start, Instant end, Duration finest, int points) {
		return ALL.stream()
			.filter((step) -> step.length().compareTo(finest) >= 0 && step.points(start, end) <= points)
			.findFirst()
			.orElseThrow();
	}

	private long points(Instant start, Instant end) {
		return Duration.between(floor(start), floor(end)).dividedBy(this.length) + 1;
	}

	/** The beginning of the step that holds an instant. */
	public Instant floor(Instant instant) {
		long sinceOrigin = ChronoUnit.SECONDS.between(ORIGIN, instant.truncatedTo(ChronoUnit.SECONDS));
		return ORIGIN.plusSeconds(Math.floorDiv(sinceOrigin, this.length.toSeconds()) * this.length.toSeconds());
	}

	/** The step as clients write it, in the largest unit that it is a whole number of. */
	@JsonValue
	public String text() {
		return text(this.length);
	}

	private static String text(Duration length) {
		if (length.toDaysPart() > 0) {
			return length.toDays() + "d";
		}
		if (length.toHours() > 0) {
			return length.toHours() + "h";
		}
		return (length.toMinutes() > 0) ? length.toMinutes() + "m" : length.toSeconds() + "s";
	}

}
