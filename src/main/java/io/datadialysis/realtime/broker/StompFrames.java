package io.datadialysis.realtime.broker;

import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ExecutorChannelInterceptor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.util.MimeType;
import org.springframework.util.MimeTypeUtils;

/**
 * Makes the frames that go to STOMP clients and hands them to the channel that writes
 * them.
 */
final class StompFrames {

	private static final byte[] NO_BODY = new byte[0];

	private static final String WHEN_WRITTEN_HEADER = "whenWritten";

	private final MessageChannel outboundChannel;

	StompFrames(MessageChannel outboundChannel) {
		this.outboundChannel = outboundChannel;
	}

	Consumer<Runnable> connected(String sessionId, String version, Heartbeats heartbeats) {
		StompHeaderAccessor headers = headers(StompCommand.CONNECTED, sessionId);
		headers.setVersion(version);
		headers.setHeartbeat(heartbeats.promised(), heartbeats.wanted());
		return frame(headers, NO_BODY);
	}

	Consumer<Runnable> message(String sessionId, Subscription subscription, Publication publication, String messageId) {
		return message(sessionId, subscription.id(), subscription.destination(), publication.json(), messageId,
				MimeTypeUtils.APPLICATION_JSON);
	}

	Consumer<Runnable> message(String sessionId, String subscriptionId, String destination, byte[] body,
			String messageId, @Nullable MimeType contentType) {
		StompHeaderAccessor headers = headers(StompCommand.MESSAGE, sessionId);
		headers.setDestination(destination);
		headers.setSubscriptionId(subscriptionId);
		headers.setMessageId(messageId);
		if (contentType != null) {
			headers.setContentType(contentType);
		}
		return frame(headers, body);
	}

	Consumer<Runnable> receipt(String sessionId, String receiptId) {
		StompHeaderAccessor headers = headers(StompCommand.RECEIPT, sessionId);
		headers.setReceiptId(receiptId);
		return frame(headers, NO_BODY);
	}

	/** The container closes the connection after it. */
	Consumer<Runnable> error(String sessionId, String sentence, @Nullable String receiptId) {
		StompHeaderAccessor headers = headers(StompCommand.ERROR, sessionId);
		headers.setMessage(sentence);
		if (receiptId != null) {
			headers.setReceiptId(receiptId);
		}
		return frame(headers, NO_BODY);
	}

	Consumer<Runnable> heartbeat(String sessionId) {
		StompHeaderAccessor headers = StompHeaderAccessor.createForHeartbeat();
		headers.setSessionId(sessionId);
		headers.setLeaveMutable(true);
		return frame(headers, NO_BODY);
	}

	private static StompHeaderAccessor headers(StompCommand command, String sessionId) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(command);
		headers.setSessionId(sessionId);
		headers.setLeaveMutable(true);
		return headers;
	}

	private Consumer<Runnable> frame(StompHeaderAccessor headers, byte[] body) {
		return (whenWritten) -> {
			headers.setHeader(WHEN_WRITTEN_HEADER, whenWritten);
			this.outboundChannel.send(MessageBuilder.createMessage(body, headers.getMessageHeaders()));
		};
	}

	/**
	 * Tells the session of a frame that the channel is done with it, whether it could be
	 * written or not.
	 */
	static final class WrittenInterceptor implements ExecutorChannelInterceptor {

		@Override
		public void afterMessageHandled(Message<?> message, MessageChannel channel, MessageHandler handler,
				@Nullable Exception ex) {
			if (message.getHeaders().get(WHEN_WRITTEN_HEADER) instanceof Runnable whenWritten) {
				whenWritten.run();
			}
		}

	}

}
