/** Tests of the rollup against the full scan. */
@NullMarked
package io.datadialysis.realtime.rollup;

import org.jspecify.annotations.NullMarked;
