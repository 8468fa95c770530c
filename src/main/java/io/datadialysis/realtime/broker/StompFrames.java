package io.datadialysis.realtime.broker;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompEncoder;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.messaging.support.MessageBuilder;
import org.springframework.messaging.support.NativeMessageHeaderAccessor;
import org.springframework.util.MimeType;

/** The frames that go to STOMP clients. */
public final class StompFrames {

	/** A sign of life. */
	static final WireFrame HEARTBEAT = WireFrame.shared("\n".getBytes(StandardCharsets.UTF_8));

	private static final MimeType JSON = new MimeType("application", "json");

	private static final byte[] NO_BODY = {};

	private static final StompEncoder encoder = new StompEncoder();

	private StompFrames() {
	}

	/** The answer to CONNECT. */
	public static WireFrame connected(String version, Heartbeats heartbeats) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.CONNECTED);
		headers.setVersion(version);
		headers.setHeartbeat(heartbeats.promised(), heartbeats.wanted());
		return WireFrame.single(encode(headers, NO_BODY));
	}

	static byte[] message(String subscriptionId, String destination, String messageId, byte[] json) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.MESSAGE);
		headers.setDestination(destination);
		headers.setSubscriptionId(subscriptionId);
		headers.setMessageId(messageId);
		headers.setContentType(JSON);
		return encode(headers, json);
	}

	/** Confirms a frame. */
	public static WireFrame receipt(String receiptId) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.RECEIPT);
		headers.setReceiptId(receiptId);
		return WireFrame.single(encode(headers, NO_BODY));
	}

	/** Says what is wrong; the connection is closed after it. */
	public static WireFrame error(String sentence, @Nullable String receiptId) {
		StompHeaderAccessor headers = StompHeaderAccessor.create(StompCommand.ERROR);
		headers.setMessage(sentence);
		if (receiptId != null) {
			headers.setReceiptId(receiptId);
		}
		return WireFrame.single(encode(headers, NO_BODY));
	}

	private static byte[] encode(StompHeaderAccessor headers, byte[] body) {
		// As Spring's own handler does: the message's values become the frame's.
		Message<byte[]> message = MessageBuilder.createMessage(body, headers.getMessageHeaders());
		Map<String, Object> all = new HashMap<>(message.getHeaders());
		StompHeaderAccessor values = StompHeaderAccessor.wrap(message);
		all.put(NativeMessageHeaderAccessor.NATIVE_HEADERS, values.toNativeHeaderMap());
		return encoder.encode(all, body);
	}

}
