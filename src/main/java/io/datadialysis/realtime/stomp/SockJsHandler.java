package io.datadialysis.realtime.stomp;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.broker.ConnectionProperties;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.Transport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;

/** STOMP over SockJS, in whichever way a SockJS client gets through. */
@Component
class SockJsHandler extends TextWebSocketHandler {

	private static final Logger logger = LoggerFactory.getLogger(SockJsHandler.class);

	/** The attribute of a session that holds the client's address. */
	static final String ADDRESS = "address";

	private static final String CLIENT = "client";

	/** By SockJS session id. */
	private final Map<String, StompClient> clients = new ConcurrentHashMap<>();

	private final Connections connections;

	private final StompProtocol protocol;

	private final TaskExecutor executor;

	private final int largestFrame;

	SockJsHandler(Connections connections, StompProtocol protocol, TaskExecutor applicationTaskExecutor,
			ConnectionProperties limits) {
		this.connections = connections;
		this.protocol = protocol;
		this.executor = applicationTaskExecutor;
		this.largestFrame = (int) limits.messageSize().toBytes();
	}

	/** Whether a SockJS session of this id is open. */
	boolean isOpen(String sessionId) {
		return this.clients.containsKey(sessionId);
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession session) {
		StompClient client = new StompClient(this.connections.open(Transport.SOCKJS, session.getId(),
				String.valueOf(session.getAttributes().get(ADDRESS)), new SockJsTransport(session, this.executor)),
				this.protocol, this.largestFrame);
		session.getAttributes().put(CLIENT, client);
		this.clients.put(session.getId(), client);
	}

	@Override
	protected void handleTextMessage(WebSocketSession session, TextMessage message) {
		if (session.getAttributes().get(CLIENT) instanceof StompClient client) {
			client.received(message.getPayload().getBytes(StandardCharsets.UTF_8));
			client.connection().unfinished(client.isUnfinished());
		}
	}

	@Override
	public void handleTransportError(WebSocketSession session, Throwable exception) {
		logger.debug("SockJS session {} has failed", session.getId(), exception);
	}

	@Override
	public void afterConnectionClosed(WebSocketSession session, CloseStatus status) {
		if (session.getAttributes().get(CLIENT) instanceof StompClient client) {
			this.clients.remove(session.getId(), client);
			this.connections.ended(client.connection(), "closed by the client with " + status.getCode());
		}
	}

}
