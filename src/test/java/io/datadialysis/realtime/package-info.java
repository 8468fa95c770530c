/** Tests of the whole application; those with real parts are the ones named IT. */
@NullMarked
package io.datadialysis.realtime;

import org.jspecify.annotations.NullMarked;
