package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.FeedBroker;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.messaging.Message;
import org.springframework.messaging.MessageChannel;
import org.springframework.messaging.MessageHandler;
import org.springframework.messaging.simp.annotation.support.SimpAnnotationMethodMessageHandler;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.ExecutorChannelInterceptor;
import org.springframework.messaging.support.MessageHeaderAccessor;

/** Confirms a SEND that asks for a receipt once the application's method has run. */
final class SendReceipts implements ExecutorChannelInterceptor {

	private final ObjectProvider<FeedBroker> broker;

	SendReceipts(ObjectProvider<FeedBroker> broker) {
		this.broker = broker;
	}

	@Override
	public void afterMessageHandled(Message<?> message, MessageChannel channel, MessageHandler handler,
			@Nullable Exception ex) {
		StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(message, StompHeaderAccessor.class);
		if (frame == null || frame.getCommand() != StompCommand.SEND
				|| !(handler instanceof SimpAnnotationMethodMessageHandler)) {
			return;
		}
		String sessionId = frame.getSessionId();
		String receipt = frame.getReceipt();
		if (sessionId != null && receipt != null) {
			this.broker.getObject().confirm(sessionId, receipt);
		}
	}

}
