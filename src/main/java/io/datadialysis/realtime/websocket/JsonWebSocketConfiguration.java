package io.datadialysis.realtime.websocket;

import io.datadialysis.realtime.broker.WebSocketLimits;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;

/** The plain JSON WebSocket at {@code /ws/realtime}. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class JsonWebSocketConfiguration implements WebSocketConfigurer {

	private static final String PATH = "/ws/realtime";

	private final JsonWebSocketHandler handler;

	JsonWebSocketConfiguration(JsonWebSocketHandler handler) {
		this.handler = handler;
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		registry.addHandler(this.handler, PATH).setHandshakeHandler(WebSocketLimits.handshakeHandler());
	}

}
