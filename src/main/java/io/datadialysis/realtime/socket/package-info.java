/**
 * WebSockets on Jetty's network layer: the handshake, the frames of RFC 6455, and writes
 * that never wait. A frame that is ready is handed to the kernel by the thread that has
 * it; only when the kernel takes no more does Jetty's selector finish the job.
 *
 * <p>
 * It stands in for Jetty's own WebSocket because that keeps more for each connection than
 * the rest of the server together, and makes each frame anew for each connection.
 */
@NullMarked
@ApplicationModule(allowedDependencies = {})
package io.datadialysis.realtime.socket;

import org.jspecify.annotations.NullMarked;
import org.springframework.modulith.ApplicationModule;
