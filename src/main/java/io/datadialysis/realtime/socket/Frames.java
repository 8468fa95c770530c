package io.datadialysis.realtime.socket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** WebSocket frames as a server sends them: whole, and not masked. */
public final class Frames {

	static final int CONTINUATION = 0x0;

	static final int TEXT = 0x1;

	static final int BINARY = 0x2;

	static final int CLOSE = 0x8;

	static final int PING = 0x9;

	static final int PONG = 0xA;

	/** The most that a control frame can carry, in bytes. */
	static final int CONTROL_SIZE = 125;

	private static final int FINAL = 0x80;

	private static final int SHORT_LENGTH = 126;

	private static final int LONG_LENGTH = 127;

	private static final int MOST_IN_SHORT = 0xFFFF;

	private static final int LONGEST_HEADER = 10;

	private Frames() {
	}

	/**
	 * A frame of text that many get: outside of the heap, so that no write has to copy it
	 * first.
	 * @param utf8 the text
	 * @return the frame; each who writes it takes a duplicate
	 */
	public static ByteBuffer sharedText(byte[] utf8) {
		return frame(ByteBuffer.allocateDirect(utf8.length + LONGEST_HEADER), TEXT, utf8);
	}

	/** A frame of text that one gets. */
	public static ByteBuffer text(byte[] utf8) {
		return frame(ByteBuffer.allocate(utf8.length + LONGEST_HEADER), TEXT, utf8);
	}

	static ByteBuffer pong(byte[] payload) {
		return frame(ByteBuffer.allocate(payload.length + LONGEST_HEADER), PONG, payload);
	}

	/** A close frame; a reason that is too long is cut. */
	static ByteBuffer close(int code, String reason) {
		byte[] payload = new byte[0];
		if (code != CloseCode.NONE) {
			byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
			int length = Math.min(utf8.length, CONTROL_SIZE - 2);
			while (length > 0 && length < utf8.length && (utf8[length] & 0xC0) == 0x80) {
				length--; // not in the middle of a character
			}
			payload = new byte[2 + length];
			payload[0] = (byte) (code >> 8);
			payload[1] = (byte) code;
			System.arraycopy(Arrays.copyOf(utf8, length), 0, payload, 2, length);
		}
		return frame(ByteBuffer.allocate(payload.length + LONGEST_HEADER), CLOSE, payload);
	}

	private static ByteBuffer frame(ByteBuffer buffer, int opcode, byte[] payload) {
		buffer.put((byte) (FINAL | opcode));
		if (payload.length < SHORT_LENGTH) {
			buffer.put((byte) payload.length);
		}
		else if (payload.length <= MOST_IN_SHORT) {
			buffer.put((byte) SHORT_LENGTH).putShort((short) payload.length);
		}
		else {
			buffer.put((byte) LONG_LENGTH).putLong(payload.length);
		}
		return buffer.put(payload).flip();
	}

}
