package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import io.datadialysis.realtime.metrics.TimeRange;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.SubscribableChannel;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.broker.AbstractBrokerMessageHandler;

/**
 * The message broker: it takes the publications that come by
 * {@link org.springframework.messaging.simp.SimpMessagingTemplate} and brings them to
 * those who have subscribed, on the publishing thread and without waiting for anyone.
 *
 * <p>
 * It stands in for Spring's simple broker because that one knows destinations and not
 * ranges that change, sends nothing on subscribing, encodes a message again for each
 * subscriber, and has pools of threads that slow readers can fill.
 */
public final class FeedBroker extends AbstractBrokerMessageHandler {

	/** What Spring makes of a queue of one user: its name and the session's. */
	private static final String ERRORS_PREFIX = "/queue/errors-user";

	private final Topics topics;

	private final FeedSubscriptions subscriptions;

	private final Connections connections;

	private final Timer fanOut;

	/**
	 * Connects a broker to the channels.
	 * @param inboundChannel brings what clients send to the application
	 * @param outboundChannel is not used: frames go to the connections directly
	 * @param brokerChannel brings what the application publishes
	 * @param topics which topics there are
	 * @param subscriptions who subscribes to what
	 * @param connections all clients
	 * @param meters where the time of a fan-out is kept
	 */
	public FeedBroker(SubscribableChannel inboundChannel, MessageChannel outboundChannel,
			SubscribableChannel brokerChannel, Topics topics, FeedSubscriptions subscriptions, Connections connections,
			MeterRegistry meters) {
		super(inboundChannel, outboundChannel, brokerChannel, List.of("/topic", "/queue"));
		this.topics = topics;
		this.subscriptions = subscriptions;
		this.connections = connections;
		this.fanOut = Timer.builder("realtime.broker.fanout")
			.description("From a publication to the last write to one of its subscribers")
			.serviceLevelObjectives(Duration.ofMillis(1), Duration.ofMillis(3), Duration.ofMillis(10),
					Duration.ofMillis(30), Duration.ofMillis(100), Duration.ofMillis(300), Duration.ofSeconds(1),
					Duration.ofSeconds(3))
			.register(meters);
	}

	@Override
	protected void startInternal() {
		publishBrokerAvailableEvent();
	}

	@Override
	protected void stopInternal() {
		publishBrokerUnavailableEvent();
	}

	@Override
	protected void handleMessageInternal(Message<?> message) {
		MessageHeaders headers = message.getHeaders();
		String destination = SimpMessageHeaderAccessor.getDestination(headers);
		// What a client has sent is never published; that it is refused in words is the
		// business of the way in.
		boolean fromClient = headers.containsKey("stompCommand");
		if (SimpMessageHeaderAccessor.getMessageType(headers) != SimpMessageType.MESSAGE || destination == null
				|| fromClient || !(message.getPayload() instanceof byte[] body)) {
			return;
		}
		if (destination.startsWith(ERRORS_PREFIX)) {
			publishError(destination.substring(ERRORS_PREFIX.length()), body);
		}
		else if (destination.startsWith(Topics.PREFIX)) {
			long start = System.nanoTime();
			this.subscriptions.publish(this.topics.parse(destination).at(TimeRange.DAY),
					Publication.of(body, this.subscriptions.nextMessageId(), headers));
			this.fanOut.record(System.nanoTime() - start, TimeUnit.NANOSECONDS);
		}
	}

	private void publishError(String sessionId, byte[] body) {
		ClientConnection connection = this.connections.find(sessionId);
		ClientSession session = (connection != null) ? connection.session() : null;
		if (connection == null || session == null) {
			return; // gone meanwhile
		}
		for (String id : session.errorSubscriptions()) {
			connection.send(WireFrame
				.single(StompFrames.message(id, Destinations.ERRORS, this.subscriptions.nextMessageId(), body)));
		}
	}

}
