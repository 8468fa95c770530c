package io.datadialysis.realtime.metrics;

import java.util.Comparator;

/**
 * A feed at a range: the unit that is computed, kept, watched and published.
 *
 * @param feed which metrics
 * @param range over which time; a feed that has no range always carries the length of its
 * own window here, so that asking for it at any range means the same one
 */
public record FeedRange(Feed feed, TimeRange range) implements Comparable<FeedRange> {

	private static final Comparator<FeedRange> ORDER = Comparator.comparing(FeedRange::feed)
		.thenComparing((key) -> key.range().length())
		.thenComparing((key) -> key.range().text());

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
		return ORDER.compare(this, other);
	}

}
