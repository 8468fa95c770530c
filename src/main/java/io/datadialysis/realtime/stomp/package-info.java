/**
 * The way in by STOMP, on WebSocket and SockJS.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "socket", "metrics", "snapshot", "broker" })
package io.datadialysis.realtime.stomp;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
