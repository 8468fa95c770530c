package io.datadialysis.realtime.websocket;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** The plain JSON WebSocket at {@code /ws/realtime}. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class JsonWebSocketConfiguration implements WebSocketConfigurer {

	private static final String PATH = "/ws/realtime";

	private static final int MESSAGE_SIZE_LIMIT = 64 * 1024;

	private final JsonWebSocketHandler handler;

	JsonWebSocketConfiguration(JsonWebSocketHandler handler) {
		this.handler = handler;
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		JettyRequestUpgradeStrategy upgrade = new JettyRequestUpgradeStrategy();
		upgrade.addWebSocketConfigurer((container) -> {
			container.setMaxTextMessageSize(MESSAGE_SIZE_LIMIT);
			container.setMaxBinaryMessageSize(MESSAGE_SIZE_LIMIT);
		});
		registry.addHandler(this.handler, PATH).setHandshakeHandler(new DefaultHandshakeHandler(upgrade));
	}

}
