package io.datadialysis.realtime.stomp;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.broker.OpenConnections;

import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;
import org.springframework.web.socket.handler.WebSocketHandlerDecoratorFactory;

/** Keeps the list of open STOMP connections. */
@Component
class StompSockets implements WebSocketHandlerDecoratorFactory, OpenConnections {

	private final Set<String> open = ConcurrentHashMap.newKeySet();

	@Override
	public boolean isOpen(String sessionId) {
		return this.open.contains(sessionId);
	}

	@Override
	public WebSocketHandler decorate(WebSocketHandler handler) {
		return new WebSocketHandlerDecorator(handler) {

			@Override
			public void afterConnectionEstablished(WebSocketSession session) throws Exception {
				StompSockets.this.open.add(session.getId());
				super.afterConnectionEstablished(session);
			}

			@Override
			public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
				// First: whoever begins a session from now on must see that its
				// connection is gone.
				StompSockets.this.open.remove(session.getId());
				super.afterConnectionClosed(session, status);
			}

		};
	}

}
