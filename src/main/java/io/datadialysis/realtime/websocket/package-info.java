/**
 * The way in by plain JSON on a WebSocket, message for message as the system that this
 * one replaces.
 */
@NullMarked
@ApplicationModule(allowedDependencies = { "socket", "metrics", "snapshot", "broker" })
package io.datadialysis.realtime.websocket;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
