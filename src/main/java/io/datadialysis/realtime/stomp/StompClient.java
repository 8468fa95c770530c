package io.datadialysis.realtime.stomp;

import java.nio.ByteBuffer;
import java.util.List;

import io.datadialysis.realtime.broker.ClientConnection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.messaging.Message;
import org.springframework.messaging.simp.stomp.BufferingStompDecoder;
import org.springframework.messaging.simp.stomp.StompDecoder;

/**
 * The frames of one STOMP client, however they are cut into messages. Called by one
 * thread at a time.
 */
final class StompClient {

	private static final Logger logger = LoggerFactory.getLogger(StompClient.class);

	private static final StompDecoder decoder = new StompDecoder();

	private final ClientConnection connection;

	private final StompProtocol protocol;

	private final int largestFrame;

	/** What has come of a frame that is not complete; null when there is none. */
	private @Nullable BufferingStompDecoder unfinished;

	StompClient(ClientConnection connection, StompProtocol protocol, int largestFrame) {
		this.connection = connection;
		this.protocol = protocol;
		this.largestFrame = largestFrame;
	}

	ClientConnection connection() {
		return this.connection;
	}

	/**
	 * A message has come, with a frame, several, or a part of one. One at a time: over
	 * SockJS several requests may bring messages at once.
	 */
	synchronized void received(byte[] bytes) {
		this.connection.heard();
		if (!this.connection.waitForTurn()) {
			return;
		}
		List<Message<byte[]>> frames;
		try {
			frames = decode(bytes);
		}
		catch (FrameTooLargeException ex) {
			this.protocol.broken(this.connection, "The frame is larger than the server takes.");
			return;
		}
		catch (RuntimeException ex) {
			// Whatever the decoder stumbles over, it is the client's nonsense.
			logger.debug("Not a frame", ex);
			this.protocol.broken(this.connection, "This is not a STOMP frame.");
			return;
		}
		try {
			int commands = 0;
			for (Message<byte[]> frame : frames) {
				// The first has had its turn with the message.
				if (isCommand(frame) && ++commands > 1 && !this.connection.waitForTurn()) {
					return;
				}
				if (!this.protocol.handle(this.connection, frame)) {
					return;
				}
			}
		}
		catch (RuntimeException ex) {
			logger.error("A frame of {} could not be dealt with", this.connection.id(), ex);
			this.protocol.failed(this.connection);
		}
	}

	private static boolean isCommand(Message<byte[]> frame) {
		return frame.getHeaders().containsKey("stompCommand");
	}

	/** Whether a part of a frame has come and the rest has not. */
	synchronized boolean isUnfinished() {
		return this.unfinished != null;
	}

	private List<Message<byte[]>> decode(byte[] bytes) {
		BufferingStompDecoder buffered = this.unfinished;
		if (buffered == null) {
			buffered = new BufferingStompDecoder(decoder, this.largestFrame);
		}
		if (buffered.getBufferSize() + bytes.length > this.largestFrame) {
			throw new FrameTooLargeException();
		}
		List<Message<byte[]>> frames = buffered.decode(ByteBuffer.wrap(bytes));
		Integer announced = buffered.getExpectedContentLength();
		if (announced != null && announced > this.largestFrame) {
			throw new FrameTooLargeException();
		}
		this.unfinished = (buffered.getBufferSize() > 0) ? buffered : null;
		return frames;
	}

	private static final class FrameTooLargeException extends RuntimeException {

		private static final long serialVersionUID = 1;

	}

}
