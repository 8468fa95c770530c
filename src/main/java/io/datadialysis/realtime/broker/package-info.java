/**
 * Who subscribes to what at which range, and how a publication reaches them: the newest
 * value wins, nobody waits for a slow reader, nothing older follows something newer.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "socket", "metrics", "snapshot" })
package io.datadialysis.realtime.broker;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
