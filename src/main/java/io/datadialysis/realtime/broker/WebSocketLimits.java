package io.datadialysis.realtime.broker;

import java.time.Duration;

import org.springframework.web.socket.server.HandshakeHandler;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** What a client may do to a WebSocket, on every path. */
public final class WebSocketLimits {

	/**
	 * The largest message from a client, in bytes; a larger one is answered by a close
	 * with 1009.
	 */
	public static final int MESSAGE_SIZE = 64 * 1024;

	/**
	 * How long a connection may be silent both ways. Longer than any heartbeat: those who
	 * promised some are held to them, the others need not speak.
	 */
	private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

	private WebSocketLimits() {
	}

	/** Opens WebSockets with these limits. */
	public static HandshakeHandler handshakeHandler() {
		JettyRequestUpgradeStrategy upgrade = new JettyRequestUpgradeStrategy();
		upgrade.addWebSocketConfigurer((container) -> {
			container.setMaxTextMessageSize(MESSAGE_SIZE);
			container.setMaxBinaryMessageSize(MESSAGE_SIZE);
			container.setIdleTimeout(IDLE_TIMEOUT);
		});
		return new DefaultHandshakeHandler(upgrade);
	}

}
