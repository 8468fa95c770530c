/**
 * Counts by time bucket, kept up to date as rows arrive, so that a feed costs the same
 * however large the tables are.
 *
 * <p>
 * Triggers on the pipeline's tables append what a statement changed to a queue, in the
 * writer's own transaction. The queue is folded into buckets of a second, a minute, an
 * hour and a day. At every commit, buckets and queue together are what the tables hold; a
 * query reads both in one statement, and rows themselves only at the two ends of its
 * window. Whoever changes buckets holds the lock of the one row of
 * {@code realtime.rollup_state} and works on one database snapshot (repeatable read), so
 * a crash at any moment leaves either all of a step or nothing of it.
 *
 * <p>
 * Where buckets can't answer (not counted yet, a trigger missing, a role that may not
 * create any) the same numbers come from the full scan.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "metrics", "database", "pipeline" })
package io.datadialysis.realtime.rollup;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
