package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.FeedBroker;
import io.datadialysis.realtime.broker.OpenSockets;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;

/**
 * Keeps the list of open sockets true for those that carry STOMP, and knows whose message
 * is being handled.
 */
final class StompSockets extends WebSocketHandlerDecorator {

	/** The session whose message is being handled. */
	static final ScopedValue<String> CURRENT = ScopedValue.newInstance();

	private final OpenSockets sockets;

	private final ObjectProvider<FeedBroker> broker;

	StompSockets(WebSocketHandler delegate, OpenSockets sockets, ObjectProvider<FeedBroker> broker) {
		super(delegate);
		this.sockets = sockets;
		this.broker = broker;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) throws Exception {
		this.sockets.add(session);
		super.afterConnectionEstablished(session);
	}

	@Override
	public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
		// Here and not where frames are dealt with, in turn: those may wait for the
		// database.
		this.broker.getObject().heardOf(session.getId());
		ScopedValue.where(CURRENT, session.getId()).<@Nullable Void, Exception>call(() -> {
			super.handleMessage(session, message);
			return null;
		});
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) throws Exception {
		// First: whoever begins a session from now on must see that its socket is gone.
		this.sockets.remove(session);
		super.afterConnectionClosed(session, status);
	}

}
