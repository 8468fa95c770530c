/**
 * The newest metrics of each feed and range, computed once for all who look, with
 * sequence, time and whether they are stale.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "metrics", "rollup" })
package io.datadialysis.realtime.snapshot;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
