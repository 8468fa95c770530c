package io.datadialysis.realtime.rollup;

import java.util.Set;

import io.datadialysis.realtime.metrics.Feed;

/**
 * The pipeline's tables have changed; the numbers of these feeds may be others now.
 *
 * @param feeds the feeds, at every range
 */
public record PipelineChanged(Set<Feed> feeds) {

}
