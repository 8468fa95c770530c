/**
 * What the pipeline's tables hold, read by full scan. Each feed is one SQL statement, so
 * all its numbers come from one database snapshot. Slow on large tables, and right by
 * construction.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "metrics" })
package io.datadialysis.realtime.pipeline;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
