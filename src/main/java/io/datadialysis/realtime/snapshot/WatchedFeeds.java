package io.datadialysis.realtime.snapshot;

import java.util.SortedSet;

import io.datadialysis.realtime.metrics.FeedRange;

/**
 * Which feeds and ranges somebody looks at. Implemented by whoever knows the subscribers.
 */
public interface WatchedFeeds {

	/**
	 * Those with a subscriber, and those whose last subscriber left less than an update
	 * interval ago, in their order.
	 */
	SortedSet<FeedRange> watched();

}
