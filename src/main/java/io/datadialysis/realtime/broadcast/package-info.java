/**
 * The tick: publishes every watched feed and range, changed or not, as the proof of life.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "metrics", "snapshot" })
package io.datadialysis.realtime.broadcast;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
