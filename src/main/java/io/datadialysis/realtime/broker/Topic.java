package io.datadialysis.realtime.broker;

import java.util.Arrays;
import java.util.stream.Collectors;

import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * What a destination under {@code /topic/} means.
 *
 * @param destination the destination as the client wrote it
 * @param feed the feed
 * @param range the range in the destination's suffix; null when it has none and follows
 * the subscription or the session
 */
public record Topic(String destination, Feed feed, @Nullable TimeRange range) {

	private static final String PREFIX = "/topic/";

	/**
	 * Reads a destination.
	 * @param destination such as {@code /topic/metrics} or {@code /topic/metrics.7d};
	 * null when there is none
	 * @return what it means
	 * @throws UnknownDestinationException when there is no such destination
	 * @throws io.datadialysis.realtime.metrics.InvalidTimeRangeException when there is no
	 * such range
	 */
	public static Topic parse(@Nullable String destination) {
		if (destination != null && destination.startsWith(PREFIX)) {
			String name = destination.substring(PREFIX.length());
			for (Feed feed : Feed.values()) {
				if (name.equals(feed.topic())) {
					return new Topic(destination, feed, null);
				}
				if (name.startsWith(feed.topic() + ".")) {
					return new Topic(destination, feed, TimeRange.parse(name.substring(feed.topic().length() + 1)));
				}
			}
		}
		throw new UnknownDestinationException(destination);
	}

	/** The destinations that exist, for people. */
	static String existing() {
		return Arrays.stream(Feed.values()).map((feed) -> PREFIX + feed.topic()).collect(Collectors.joining(", "))
				+ ", each also with a range (" + PREFIX + Feed.OVERVIEW.topic() + "." + TimeRange.WEEK.text()
				+ "), and " + Destinations.ERRORS;
	}

	/**
	 * The feed and range, given the range of a subscription whose destination names none.
	 */
	FeedRange at(TimeRange otherwise) {
		return new FeedRange(this.feed, (this.range != null) ? this.range : otherwise);
	}

}
