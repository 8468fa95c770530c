package io.datadialysis.realtime.snapshot;

import java.time.Instant;

import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;

/**
 * The numbers of a feed and range at an instant. Two snapshots of the same feed and range
 * are ordered by their version.
 *
 * @param key the feed and range
 * @param metrics the numbers
 * @param version its place in the order of its feed and range
 * @param asOf the end of the window that the numbers are about
 * @param stale whether a newer set could not be computed, so that these are older than
 * they should be
 */
public record Snapshot(FeedRange key, FeedMetrics metrics, Version version, Instant asOf, boolean stale) {

	/**
	 * A place in the order of the snapshots of one feed and range, also across restarts
	 * of the server.
	 *
	 * @param epoch grows with every start of a server
	 * @param sequence grows with every snapshot within an epoch
	 */
	public record Version(long epoch, long sequence) implements Comparable<Version> {

		/**
		 * The name of the header by which a message on its way to the broker carries the
		 * version of its snapshot.
		 */
		public static final String HEADER = "snapshotVersion";

		@Override
		public int compareTo(Version other) {
			int byEpoch = Long.compare(this.epoch, other.epoch);
			return (byEpoch != 0) ? byEpoch : Long.compare(this.sequence, other.sequence);
		}

	}

}
