/**
 * The way in by HTTP: metrics and health.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "metrics", "database", "rollup", "snapshot", "broker" })
package io.datadialysis.realtime.rest;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
