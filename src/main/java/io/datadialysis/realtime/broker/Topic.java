package io.datadialysis.realtime.broker;

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

	/**
	 * The feed and range, given the range of a subscription whose destination names none.
	 */
	FeedRange at(TimeRange otherwise) {
		return new FeedRange(this.feed, (this.range != null) ? this.range : otherwise);
	}

}
