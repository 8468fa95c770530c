package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.FeedBroker;
import io.datadialysis.realtime.broker.FrameRules;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompConversionException;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageHeaderAccessor;
import org.springframework.web.socket.messaging.StompSubProtocolErrorHandler;

/**
 * Words for what goes wrong before a frame reaches anybody: bytes that are no frame, a
 * frame before CONNECT, a second CONNECT. The client gets a sentence of ours, never an
 * exception's text; the connection is closed after it.
 */
final class StompErrors extends StompSubProtocolErrorHandler {

	private static final Logger logger = LoggerFactory.getLogger(StompErrors.class);

	private final ObjectProvider<FeedBroker> broker;

	private final FrameRules rules;

	StompErrors(ObjectProvider<FeedBroker> broker, FrameRules rules) {
		this.broker = broker;
		this.rules = rules;
	}

	/**
	 * Answers through the broker and not by what it returns: Spring would close the
	 * connection right after handing over the ERROR, which is lost then when another
	 * frame is being written at that moment.
	 */
	@Override
	public @Nullable Message<byte[]> handleClientMessageProcessingError(@Nullable Message<byte[]> clientMessage,
			Throwable ex) {
		logger.debug("A frame could not be handled", ex);
		this.broker.getObject().refuse(StompSockets.CURRENT.get(), sentence(clientMessage, ex), null);
		return null;
	}

	@Override
	public Message<byte[]> handleErrorMessageToClient(Message<byte[]> errorMessage) {
		return errorMessage;
	}

	private String sentence(@Nullable Message<byte[]> clientMessage, Throwable ex) {
		if (clientMessage == null) {
			return (ex instanceof StompConversionException && String.valueOf(ex.getMessage()).contains("size limit"))
					? "The frame is larger than the server takes." : "This is not a STOMP frame.";
		}
		StompHeaderAccessor frame = MessageHeaderAccessor.getAccessor(clientMessage, StompHeaderAccessor.class);
		String refusal = (frame != null) ? this.rules.refusal(frame) : null;
		if (refusal != null) {
			return refusal;
		}
		StompCommand command = (frame != null) ? frame.getCommand() : null;
		if (command == StompCommand.CONNECT || command == StompCommand.STOMP) {
			return "The connection is open already: CONNECT comes once.";
		}
		return "The first frame must be CONNECT.";
	}

}
