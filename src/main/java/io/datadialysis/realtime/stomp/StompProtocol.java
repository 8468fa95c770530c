package io.datadialysis.realtime.stomp;

import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.broker.ClientConnection;
import io.datadialysis.realtime.broker.ClientSession;
import io.datadialysis.realtime.broker.CloseReason;
import io.datadialysis.realtime.broker.ConnectionProperties;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.Destinations;
import io.datadialysis.realtime.broker.Heartbeats;
import io.datadialysis.realtime.broker.StompFrames;
import io.datadialysis.realtime.broker.Topics;
import io.datadialysis.realtime.metrics.ClientText;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.stereotype.Component;

/**
 * What the frames of STOMP clients do. A frame is dealt with to its end before the next
 * one of the same client.
 */
@Component
class StompProtocol {

	private final Connections connections;

	private final Topics topics;

	private final FrameRules rules;

	private final MessageChannel application;

	private final int mostSubscriptions;

	StompProtocol(Connections connections, Topics topics, FrameRules rules,
			@Qualifier("clientInboundChannel") MessageChannel application, ConnectionProperties limits) {
		this.connections = connections;
		this.topics = topics;
		this.rules = rules;
		this.application = application;
		this.mostSubscriptions = limits.subscriptionsPerSession();
	}

	/**
	 * Deals with a frame.
	 * @param connection whose it is
	 * @param message the frame, as Spring's decoder gives it
	 * @return false when nothing more of this client is dealt with
	 */
	boolean handle(ClientConnection connection, Message<byte[]> message) {
		StompHeaderAccessor frame = Objects
			.requireNonNull(MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class));
		StompCommand command = frame.getCommand();
		if (command == null) {
			return true; // a heartbeat has done its work by arriving
		}
		ClientSession session = connection.session();
		boolean connects = command == StompCommand.CONNECT || command == StompCommand.STOMP;
		String refusal = this.rules.refusal(frame);
		if (refusal == null && session == null && !connects) {
			refusal = "The first frame must be CONNECT.";
		}
		if (refusal == null && session != null && connects) {
			refusal = "The connection is open already: CONNECT comes once.";
		}
		if (refusal != null) {
			refuse(connection, refusal, frame);
			return false;
		}
		if (session == null) {
			return connect(connection, frame);
		}
		return switch (command) {
			case SUBSCRIBE -> subscribe(session, frame);
			case UNSUBSCRIBE -> {
				session.unsubscribe(Objects.requireNonNull(frame.getSubscriptionId()));
				yield confirm(connection, frame);
			}
			case SEND -> {
				send(connection, message.getPayload(), frame);
				yield confirm(connection, frame);
			}
			case DISCONNECT -> {
				String receipt = frame.getReceipt();
				connection.close(CloseReason.DISCONNECTED, (receipt != null) ? StompFrames.receipt(receipt) : null);
				yield false;
			}
			default -> throw new IllegalStateException("The rules let " + command + " pass");
		};
	}

	private boolean connect(ClientConnection connection, StompHeaderAccessor frame) {
		TimeRange range = Objects.requireNonNullElse(this.rules.timeRange(frame), TimeRange.DAY);
		Heartbeats heartbeats = Heartbeats.negotiate(frame.getHeartbeat());
		ClientSession session = this.connections.begin(connection, range, heartbeats);
		if (session == null) {
			refuse(connection, "The connection is open already: CONNECT comes once.", frame);
			return false;
		}
		connection.send(StompFrames.connected(newestVersion(frame.getAcceptVersion()), heartbeats));
		return true;
	}

	private static String newestVersion(Set<String> accepted) {
		return accepted.contains("1.2") ? "1.2" : accepted.contains("1.1") ? "1.1" : "1.0";
	}

	private boolean subscribe(ClientSession session, StompHeaderAccessor frame) {
		String id = Objects.requireNonNull(frame.getSubscriptionId());
		String destination = Objects.requireNonNull(frame.getDestination());
		if (session.count() >= this.mostSubscriptions) {
			refuse(session.connection(), "A session may have " + this.mostSubscriptions + " subscriptions, not more.",
					frame);
			return false;
		}
		boolean isNew = destination.equals(Destinations.ERRORS) ? session.subscribeToErrors(id)
				: session.subscribe(id, this.topics.parse(destination), this.rules.timeRange(frame));
		if (!isNew) {
			refuse(session.connection(), "There is a subscription with the id '" + ClientText.shown(id) + "' already.",
					frame);
			return false;
		}
		return confirm(session.connection(), frame);
	}

	/** Hands a message to the application's method, and returns when that has run. */
	private void send(ClientConnection connection, byte[] body, StompHeaderAccessor frame) {
		frame.setSessionId(connection.id());
		frame.setSessionAttributes(new ConcurrentHashMap<>());
		frame.setLeaveMutable(true);
		this.application.send(MessageBuilder.createMessage(body, frame.getMessageHeaders()));
	}

	private static boolean confirm(ClientConnection connection, StompHeaderAccessor frame) {
		String receipt = frame.getReceipt();
		if (receipt != null) {
			connection.send(StompFrames.receipt(receipt));
		}
		return true;
	}

	private void refuse(ClientConnection connection, String sentence, @Nullable StompHeaderAccessor frame) {
		this.connections.refuse(connection, CloseReason.REFUSED, sentence, (frame != null) ? frame.getReceipt() : null);
	}

	/** Bytes came that are no frame. */
	void broken(ClientConnection connection, String sentence) {
		refuse(connection, sentence, null);
	}

	/** A frame could not be dealt with, by a fault of ours. */
	void failed(ClientConnection connection) {
		connection.close(CloseReason.FAILED, null);
	}

}
