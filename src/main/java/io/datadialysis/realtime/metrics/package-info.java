/**
 * The values that go over the wire: the metrics of the four feeds, their ranges, and the
 * messages that carry them. Knows no framework but the annotations that name the fields.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.datadialysis.realtime.metrics;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
