/**
 * The database connection's side of the house: the PostgreSQL that starts when none is
 * configured, the migration of the schema, also when the database comes up after the
 * server, and the probe that health asks.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.datadialysis.realtime.database;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
