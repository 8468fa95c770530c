package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;

import io.datadialysis.realtime.metrics.ClientText;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.SubscribableChannel;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.broker.AbstractBrokerMessageHandler;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.InterceptableChannel;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.util.MimeType;

/**
 * The message broker. It takes the frames of STOMP clients, and the publications that
 * come by {@link org.springframework.messaging.simp.SimpMessagingTemplate}, and brings
 * one to the other.
 *
 * <p>
 * It stands in for Spring's simple broker because that one knows destinations and not
 * ranges that change, sends nothing on subscribing, queues up what a slow reader does not
 * take, and answers no receipts.
 */
public final class FeedBroker extends AbstractBrokerMessageHandler {

	private static final String QUEUE_PREFIX = "/queue/";

	private static final Duration HEARTBEAT_LOOK = Duration.ofSeconds(1);

	private final Map<String, StompSession> sessions = new ConcurrentHashMap<>(); // session
																					// id
																					// ->
																					// session

	private final Topics topics;

	private final FrameRules rules;

	private final FeedSubscriptions subscriptions;

	private final OpenSockets sockets;

	private final TaskScheduler scheduler;

	private final StompFrames frames;

	private @Nullable ScheduledFuture<?> heartbeatTask;

	/**
	 * Connects a broker to the channels.
	 * @param inboundChannel brings what clients send
	 * @param outboundChannel takes what they get
	 * @param brokerChannel brings what the application publishes
	 * @param topics which topics there are
	 * @param rules what a frame may ask for
	 * @param subscriptions who subscribes to what
	 * @param sockets which sockets are open
	 * @param scheduler runs the heartbeats
	 */
	public FeedBroker(SubscribableChannel inboundChannel, MessageChannel outboundChannel,
			SubscribableChannel brokerChannel, Topics topics, FrameRules rules, FeedSubscriptions subscriptions,
			OpenSockets sockets, TaskScheduler scheduler) {
		super(inboundChannel, outboundChannel, brokerChannel, List.of("/topic", "/queue"));
		this.topics = topics;
		this.rules = rules;
		this.subscriptions = subscriptions;
		this.sockets = sockets;
		this.scheduler = scheduler;
		this.frames = new StompFrames(outboundChannel);
		((InterceptableChannel) outboundChannel).addInterceptor(new StompFrames.WrittenInterceptor());
	}

	@Override
	protected void startInternal() {
		this.heartbeatTask = this.scheduler.scheduleWithFixedDelay(this::beat, HEARTBEAT_LOOK);
		publishBrokerAvailableEvent();
	}

	@Override
	protected void stopInternal() {
		publishBrokerUnavailableEvent();
		if (this.heartbeatTask != null) {
			this.heartbeatTask.cancel(false);
		}
	}

	private void beat() {
		long now = System.nanoTime();
		this.sessions.forEach((id, session) -> {
			if (!session.beat(now, HEARTBEAT_LOOK.toMillis())) {
				refuse(id, "Nothing was heard of the client for longer than the heartbeats it promised.", null);
			}
		});
	}

	@Override
	protected void handleMessageInternal(Message<?> message) {
		MessageHeaders headers = message.getHeaders();
		String sessionId = SimpMessageHeaderAccessor.getSessionId(headers);
		SimpMessageType type = SimpMessageHeaderAccessor.getMessageType(headers);
		if (type == SimpMessageType.MESSAGE) {
			publish(message);
		}
		else if (sessionId != null && type != null) {
			StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
			handleFrame(sessionId, type, (frame != null) ? frame : StompHeaderAccessor.wrap(message));
		}
	}

	private void handleFrame(String sessionId, SimpMessageType type, StompHeaderAccessor frame) {
		if (type == SimpMessageType.CONNECT) {
			connect(sessionId, frame);
			return;
		}
		StompSession session = this.sessions.get(sessionId);
		if (session == null) {
			return; // refused or gone; what it had sent meanwhile no longer matters
		}
		switch (type) {
			case SUBSCRIBE -> subscribe(session, sessionId, frame);
			case UNSUBSCRIBE -> unsubscribe(session, frame);
			case DISCONNECT -> disconnect(session, sessionId, frame);
			default -> {
				// A heartbeat has done its work by arriving.
			}
		}
	}

	private void connect(String sessionId, StompHeaderAccessor frame) {
		TimeRange range = Objects.requireNonNullElse(this.rules.timeRange(frame), TimeRange.DAY);
		Heartbeats heartbeats = Heartbeats.negotiate(frame.getHeartbeat());
		StompSession session = new StompSession(sessionId, range, heartbeats, this.frames, this.subscriptions);
		this.sessions.put(sessionId, session);
		if (!this.sockets.isOpen(sessionId)) {
			// It was cut right after its CONNECT, and the news of that has overtaken the
			// CONNECT.
			this.sessions.remove(sessionId);
			session.session().close();
			return;
		}
		session.send(this.frames.connected(sessionId, newestVersion(frame.getAcceptVersion()), heartbeats));
	}

	private static String newestVersion(Set<String> accepted) {
		return accepted.contains("1.2") ? "1.2" : accepted.contains("1.1") ? "1.1" : "1.0";
	}

	private void subscribe(StompSession session, String sessionId, StompHeaderAccessor frame) {
		String id = Objects.requireNonNull(frame.getSubscriptionId());
		String destination = Objects.requireNonNull(frame.getDestination());
		if (destination.equals(Destinations.ERRORS)) {
			return; // comes again, resolved for this session
		}
		boolean isNew = destination.startsWith(QUEUE_PREFIX) ? session.subscribeToQueue(id, destination)
				: session.subscribe(id, this.topics.parse(destination), this.rules.timeRange(frame));
		if (!isNew) {
			refuse(sessionId, "There is a subscription with the id '" + ClientText.shown(id) + "' already.",
					frame.getReceipt());
			return;
		}
		receipt(session, frame);
	}

	private void unsubscribe(StompSession session, StompHeaderAccessor frame) {
		if (frame.getFirstNativeHeader(SimpMessageHeaderAccessor.ORIGINAL_DESTINATION) != null) {
			return; // the same frame again, with its /user destination resolved
		}
		session.unsubscribe(Objects.requireNonNull(frame.getSubscriptionId()));
		receipt(session, frame);
	}

	private void disconnect(StompSession session, String sessionId, StompHeaderAccessor frame) {
		this.sessions.remove(sessionId);
		String receipt = frame.getReceipt();
		if (receipt == null) {
			session.session().close();
			this.sockets.close(sessionId);
			return;
		}
		session.session()
			.closeWith((whenWritten) -> this.frames.receipt(sessionId, receipt)
				.accept(() -> this.sockets.close(sessionId)));
	}

	/**
	 * Something has come from a client, whatever it is and whether it is dealt with
	 * already.
	 * @param sessionId the client
	 */
	public void heardOf(String sessionId) {
		StompSession session = this.sessions.get(sessionId);
		if (session != null) {
			session.touch();
		}
	}

	private static void receipt(StompSession session, StompHeaderAccessor frame) {
		String receipt = frame.getReceipt();
		if (receipt != null) {
			session.receipt(receipt);
		}
	}

	/**
	 * Confirms a frame that somebody else has dealt with.
	 * @param sessionId the client
	 * @param receiptId what it wants to read in the RECEIPT
	 */
	public void confirm(String sessionId, String receiptId) {
		StompSession session = this.sessions.get(sessionId);
		if (session != null) {
			session.receipt(receiptId);
		}
	}

	/**
	 * Tells a client in an ERROR frame what is wrong, after which the connection is
	 * closed.
	 * @param sessionId the client, connected or not yet
	 * @param sentence what is wrong
	 * @param receiptId the receipt that the refused frame asked for, if any
	 */
	public void refuse(String sessionId, String sentence, @Nullable String receiptId) {
		logger.info("STOMP session " + sessionId + " is refused: " + sentence);
		StompSession session = this.sessions.remove(sessionId);
		if (session != null) {
			session.session().closeWith(this.frames.error(sessionId, sentence, receiptId));
		}
		else {
			this.frames.error(sessionId, sentence, receiptId).accept(() -> {
			});
		}
	}

	/**
	 * Moves a client and all its subscriptions that follow it to another range; the new
	 * snapshots are on their way when this returns.
	 * @param sessionId the client
	 * @param range the new range
	 */
	public void moveTo(String sessionId, TimeRange range) {
		StompSession session = this.sessions.get(sessionId);
		if (session != null) {
			session.session().moveTo(range);
		}
	}

	private void publish(Message<?> message) {
		MessageHeaders headers = message.getHeaders();
		String destination = SimpMessageHeaderAccessor.getDestination(headers);
		// What a client has sent is never published; that it is refused in words is the
		// business of the way in.
		boolean fromClient = headers.get("stompCommand") instanceof StompCommand;
		if (destination == null || fromClient || !(message.getPayload() instanceof byte[] body)) {
			return;
		}
		if (destination.startsWith(QUEUE_PREFIX)) {
			publishToUser(destination, body, headers);
		}
		else if (checkDestinationPrefix(destination)) {
			this.subscriptions.publish(this.topics.parse(destination).at(TimeRange.DAY), Publication.of(body, headers));
		}
	}

	private void publishToUser(String destination, byte[] body, MessageHeaders headers) {
		MimeType contentType = (MimeType) headers.get(MessageHeaders.CONTENT_TYPE);
		this.sessions.forEach((sessionId, session) -> {
			for (String id : session.queueSubscriptions(destination)) {
				session.send(this.frames.message(sessionId, id, Destinations.ERRORS, body, session.nextMessageId(),
						contentType));
			}
		});
	}

	/** How many STOMP clients are connected. */
	public int sessionCount() {
		return this.sessions.size();
	}

}
