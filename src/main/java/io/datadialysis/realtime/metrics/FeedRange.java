package io.datadialysis.realtime.metrics;

/**
 * A feed at a range: the unit that is computed, kept, watched and published.
 *
 * @param feed which metrics
 * @param range over which time; a feed that has no range always carries the length of its
 * own window here, so that asking for it at any range means the same one
 */
public record FeedRange(Feed feed, TimeRange range) implements Comparable<FeedRange> {

	public FeedRange {
		if (!feed.isRanged()) {
			range = feed.restDefault();
		}
	}

	/**
	 * By feed, in the order in which a client expects their messages; then from the
	 * shortest range to the longest.
	 */
	@Override
	public int compareTo(FeedRange other) {
		int byFeed = this.feed.compareTo(other.feed);
		return (byFeed != 0) ? byFeed : this.range.compareTo(other.range);
	}

}
