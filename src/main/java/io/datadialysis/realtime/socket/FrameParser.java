package io.datadialysis.realtime.socket;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * Puts messages together from the bytes that a client sends, however they are cut. It
 * keeps no more than the message that is under way, and grows with what has really come,
 * not with what a header announces.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-5">RFC 6455, 5</a>
 */
final class FrameParser {

	private static final byte[] EMPTY = {};

	private static final int FINAL = 0x80;

	private static final int RESERVED = 0x70;

	private static final int OPCODE = 0x0F;

	private static final int MASKED = 0x80;

	private static final int LENGTH = 0x7F;

	private static final int CONTROL = 0x8;

	private static final int SHORT_LENGTH = 126;

	private static final int LONG_LENGTH = 127;

	private static final int MASK_BYTES = 4;

	/** A message in more parts than this is an attack on the processor. */
	private static final int MOST_PARTS = 4096;

	private static final int LEAST_CAPACITY = 256;

	private enum Expected {

		FIRST, SECOND, LENGTH, MASK, PAYLOAD

	}

	private final int largest;

	private final Sink sink;

	private Expected expected = Expected.FIRST;

	private boolean isFinal;

	private int opcode;

	/** How many bytes of the length or the mask are still to come. */
	private int bytesLeft;

	private long length;

	private int mask;

	/** How many bytes of the payload of this frame have come. */
	private int came;

	/** The data message under way, 0 when there is none. */
	private int messageOpcode;

	private int parts;

	private byte[] message = EMPTY;

	private int messageLength;

	private byte[] control = EMPTY;

	/**
	 * Begins.
	 * @param largest the size of the largest message that is taken, in bytes
	 * @param sink takes what has come
	 */
	FrameParser(int largest, Sink sink) {
		this.largest = largest;
		this.sink = sink;
	}

	/**
	 * Takes bytes.
	 * @param bytes all of them are consumed
	 * @throws BrokenFrameException when they break the protocol; nothing can be parsed
	 * after that
	 */
	void parse(ByteBuffer bytes) throws BrokenFrameException {
		while (bytes.hasRemaining()) {
			switch (this.expected) {
				case FIRST -> first(bytes.get() & 0xFF);
				case SECOND -> second(bytes.get() & 0xFF);
				case LENGTH -> lengthByte(bytes.get() & 0xFF);
				case MASK -> maskByte(bytes.get() & 0xFF);
				case PAYLOAD -> payload(bytes);
			}
		}
	}

	/** Whether a part of a message has come and the rest has not. */
	boolean isUnfinished() {
		return this.expected != Expected.FIRST || this.messageOpcode != 0;
	}

	private void first(int octet) throws BrokenFrameException {
		this.isFinal = (octet & FINAL) != 0;
		this.opcode = octet & OPCODE;
		if ((octet & RESERVED) != 0) {
			throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "A reserved bit is set.");
		}
		switch (this.opcode) {
			case Frames.TEXT, Frames.BINARY -> {
				if (this.messageOpcode != 0) {
					throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR,
							"A message begins before the one before it has ended.");
				}
				this.messageOpcode = this.opcode;
			}
			case Frames.CONTINUATION -> {
				if (this.messageOpcode == 0) {
					throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "There is no message to be continued.");
				}
				if (++this.parts > MOST_PARTS) {
					throw new BrokenFrameException(CloseCode.TOO_LARGE, "A message has too many parts.");
				}
			}
			case Frames.CLOSE, Frames.PING, Frames.PONG -> {
				if (!this.isFinal) {
					throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "A control frame is in parts.");
				}
			}
			default -> throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "An opcode is not known.");
		}
		this.expected = Expected.SECOND;
	}

	private boolean isControl() {
		return (this.opcode & CONTROL) != 0;
	}

	private void second(int octet) throws BrokenFrameException {
		if ((octet & MASKED) == 0) {
			throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "A client's frame is not masked.");
		}
		this.length = octet & LENGTH;
		if (isControl() && this.length > Frames.CONTROL_SIZE) {
			throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "A control frame is too long.");
		}
		if (this.length < SHORT_LENGTH) {
			expectMask();
			return;
		}
		this.bytesLeft = (this.length == LONG_LENGTH) ? Long.BYTES : Short.BYTES;
		this.length = 0;
		this.expected = Expected.LENGTH;
	}

	private void lengthByte(int octet) throws BrokenFrameException {
		this.length = this.length << Byte.SIZE | octet;
		if (--this.bytesLeft == 0) {
			expectMask();
		}
	}

	private void expectMask() throws BrokenFrameException {
		if (this.length < 0) {
			throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "A length is negative.");
		}
		if (!isControl() && this.length > this.largest - this.messageLength) {
			throw new BrokenFrameException(CloseCode.TOO_LARGE, "A message is larger than " + this.largest + " bytes.");
		}
		this.mask = 0;
		this.came = 0;
		this.bytesLeft = MASK_BYTES;
		this.expected = Expected.MASK;
	}

	private void maskByte(int octet) throws BrokenFrameException {
		this.mask = this.mask << Byte.SIZE | octet;
		if (--this.bytesLeft == 0) {
			this.expected = Expected.PAYLOAD;
			if (this.length == 0) {
				endFrame();
			}
		}
	}

	private void payload(ByteBuffer bytes) throws BrokenFrameException {
		int count = (int) Math.min(bytes.remaining(), this.length - this.came);
		byte[] target;
		int at;
		if (isControl()) {
			if (this.came == 0) {
				this.control = new byte[(int) this.length];
			}
			target = this.control;
			at = this.came;
		}
		else {
			this.message = withRoomFor(count);
			target = this.message;
			at = this.messageLength;
			this.messageLength += count;
		}
		bytes.get(target, at, count);
		for (int i = 0; i < count; i++) {
			target[at + i] ^= (byte) (this.mask >> ((3 - ((this.came + i) & 3)) * Byte.SIZE));
		}
		this.came += count;
		if (this.came == this.length) {
			endFrame();
		}
	}

	private byte[] withRoomFor(int count) {
		int needed = this.messageLength + count;
		if (needed <= this.message.length) {
			return this.message;
		}
		// Mostly a message comes in one piece: then this is its size.
		boolean isWhole = this.isFinal && this.messageLength == 0 && count == this.length;
		return Arrays.copyOf(this.message, isWhole ? needed
				: Math.min(this.largest, Math.max(LEAST_CAPACITY, Math.max(needed, 2 * this.message.length))));
	}

	private void endFrame() throws BrokenFrameException {
		this.expected = Expected.FIRST;
		if (isControl()) {
			byte[] payload = this.control;
			this.control = EMPTY;
			endControl(payload);
		}
		else if (this.isFinal) {
			byte[] whole = (this.messageLength == this.message.length) ? this.message
					: Arrays.copyOf(this.message, this.messageLength);
			boolean isText = this.messageOpcode == Frames.TEXT;
			this.message = EMPTY;
			this.messageLength = 0;
			this.messageOpcode = 0;
			this.parts = 0;
			if (isText && !isUtf8(whole, 0)) {
				throw new BrokenFrameException(CloseCode.BAD_TEXT, "A text is not UTF-8.");
			}
			if (isText) {
				this.sink.text(whole);
			}
			else {
				this.sink.binary(whole);
			}
		}
	}

	private void endControl(byte[] payload) throws BrokenFrameException {
		switch (this.opcode) {
			case Frames.PING -> this.sink.ping(payload);
			case Frames.PONG -> this.sink.pong();
			default -> {
				int code = CloseCode.NONE;
				if (payload.length > 0) {
					code = (payload.length == 1) ? -1 : ((payload[0] & 0xFF) << Byte.SIZE) | (payload[1] & 0xFF);
					if (!CloseCode.isAllowed(code)) {
						throw new BrokenFrameException(CloseCode.PROTOCOL_ERROR, "A close code is not allowed.");
					}
					if (!isUtf8(payload, 2)) {
						throw new BrokenFrameException(CloseCode.BAD_TEXT, "A close reason is not UTF-8.");
					}
				}
				this.sink.close(code);
			}
		}
	}

	private static boolean isUtf8(byte[] bytes, int from) {
		for (int i = from; i < bytes.length; i++) {
			if (bytes[i] < 0) {
				try {
					StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, i, bytes.length - i));
					return true;
				}
				catch (CharacterCodingException ex) {
					return false;
				}
			}
		}
		return true;
	}

	/** Takes what has come, in its order. */
	interface Sink {

		/** A text message, checked to be UTF-8. */
		void text(byte[] utf8);

		/** A binary message. */
		void binary(byte[] bytes);

		/** A ping, to be answered by a pong with the same payload. */
		void ping(byte[] payload);

		/** A pong, asked for or not. */
		void pong();

		/**
		 * The client closes.
		 * @param code its close code, {@link CloseCode#NONE} without one
		 */
		void close(int code);

	}

	/** The client breaks the protocol. */
	static final class BrokenFrameException extends Exception {

		private static final long serialVersionUID = 1;

		private final int code;

		BrokenFrameException(int code, String sentence) {
			super(sentence, null, false, false);
			this.code = code;
		}

		/** With what to close. */
		int code() {
			return this.code;
		}

		/** Why, in a sentence for the client. */
		String sentence() {
			@Nullable String message = getMessage();
			return (message != null) ? message : "";
		}

	}

}
