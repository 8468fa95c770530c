package io.datadialysis.realtime.snapshot;

import java.util.Set;

import io.datadialysis.realtime.metrics.Feed;

/**
 * The numbers of some feeds may be others than those of the kept snapshots.
 *
 * @param feeds the feeds, at every range
 * @param nanoTime when this was found, on the monotonic clock; a computation that began
 * later knows of the change
 */
public record FeedsChanged(Set<Feed> feeds, long nanoTime) {

}
