/**
 * Data-Dialysis Realtime: the pipeline's metrics, live. Rows flow one way through the
 * packages below this one; see {@code docs/architecture.md}.
 */
@NullMarked
package io.datadialysis.realtime;

import org.jspecify.annotations.NullMarked;
