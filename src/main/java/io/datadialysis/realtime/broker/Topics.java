package io.datadialysis.realtime.broker;

import java.util.Arrays;
import java.util.stream.Collectors;

import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.TopicRanges;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** The topics that exist: each feed, by itself and at each range that is offered. */
@Component
public class Topics {

	static final String PREFIX = "/topic/";

	private final TopicRanges ranges;

	Topics(TopicRanges ranges) {
		this.ranges = ranges;
	}

	/** The topic of a feed that follows the range of its session. */
	public static Topic of(Feed feed) {
		return new Topic(PREFIX + feed.topic(), feed, null);
	}

	/**
	 * Reads a destination.
	 * @param destination such as {@code /topic/metrics} or {@code /topic/metrics.7d};
	 * null when there is none
	 * @return what it means
	 * @throws UnknownDestinationException when there is no such destination
	 * @throws io.datadialysis.realtime.metrics.InvalidTimeRangeException when there is no
	 * such range
	 */
	public Topic parse(@Nullable String destination) {
		if (destination != null && destination.startsWith(PREFIX)) {
			String name = destination.substring(PREFIX.length());
			for (Feed feed : Feed.values()) {
				if (name.equals(feed.topic())) {
					return new Topic(destination, feed, null);
				}
				if (name.startsWith(feed.topic() + ".")) {
					return new Topic(destination, feed, this.ranges.parse(name.substring(feed.topic().length() + 1)));
				}
			}
		}
		throw new UnknownDestinationException(destination, existing());
	}

	/**
	 * Reads the range of a session or subscription.
	 * @param text what the client sent; null when it sent nothing
	 * @return the range; null when the client sent nothing
	 * @throws io.datadialysis.realtime.metrics.InvalidTimeRangeException when there is no
	 * such range
	 */
	public @Nullable TimeRange parseRange(@Nullable String text) {
		return (text != null) ? this.ranges.parse(text) : null;
	}

	/** The destinations that exist, for people. */
	private String existing() {
		return Arrays.stream(Feed.values()).map((feed) -> PREFIX + feed.topic()).collect(Collectors.joining(", "))
				+ ", each also with a range (" + PREFIX + Feed.OVERVIEW.topic() + "."
				+ this.ranges.all().getLast().text() + "), and " + Destinations.ERRORS;
	}

}
