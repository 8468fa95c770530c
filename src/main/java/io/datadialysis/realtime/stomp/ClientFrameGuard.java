package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.FeedBroker;
import io.datadialysis.realtime.broker.FrameRules;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;

/**
 * Lets no frame past that a client may not send: it is answered by an ERROR and reaches
 * nobody.
 */
final class ClientFrameGuard implements ChannelInterceptor {

	private final ObjectProvider<FeedBroker> broker;

	private final FrameRules rules;

	ClientFrameGuard(ObjectProvider<FeedBroker> broker, FrameRules rules) {
		this.broker = broker;
		this.rules = rules;
	}

	@Override
	public @Nullable Message<?> preSend(Message<?> message, MessageChannel channel) {
		StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
		String sessionId = (frame != null) ? frame.getSessionId() : null;
		if (frame == null || sessionId == null) {
			return message;
		}
		String refusal = this.rules.refusal(frame);
		if (refusal == null) {
			return message;
		}
		this.broker.getObject().refuse(sessionId, refusal, frame.getReceipt());
		return null;
	}

}
