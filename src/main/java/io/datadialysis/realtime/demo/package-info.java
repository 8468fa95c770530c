/**
 * A pipeline that writes plausible rows where there is no real one, so that a first start
 * shows something: history first, newest day at the front, then a batch every few
 * seconds. Its rows go through the same tables by the same kind of statements as the real
 * pipeline's; all their ids start with {@code demo-}, and no other row is ever touched.
 */
@NullMarked
@ApplicationModule(allowedDependencies = "database")
package io.datadialysis.realtime.demo;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
