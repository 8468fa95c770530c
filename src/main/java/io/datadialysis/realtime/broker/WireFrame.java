package io.datadialysis.realtime.broker;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import io.datadialysis.realtime.socket.Frames;
import org.jspecify.annotations.Nullable;

/**
 * What is sent to one client or to many, encoded once for all of them, in the forms that
 * their transports take.
 */
public final class WireFrame {

	/** Keeps a place and is never sent. */
	static final WireFrame PLACEHOLDER = new WireFrame(new byte[0], false);

	private final byte[] utf8;

	private final boolean isShared;

	private @Nullable ByteBuffer webSocketFrame; // guarded by this

	private @Nullable String text; // guarded by this

	private WireFrame(byte[] utf8, boolean isShared) {
		this.utf8 = utf8;
		this.isShared = isShared;
	}

	/** For many clients. */
	static WireFrame shared(byte[] utf8) {
		return new WireFrame(utf8, true);
	}

	/** For one client. */
	public static WireFrame single(byte[] utf8) {
		return new WireFrame(utf8, false);
	}

	/** How large it is, in bytes, without what the transport adds. */
	public int size() {
		return this.utf8.length;
	}

	/** The whole WebSocket frame; everyone gets a view of their own. */
	public ByteBuffer webSocketFrame() {
		ByteBuffer frame;
		synchronized (this) {
			frame = this.webSocketFrame;
			if (frame == null) {
				frame = this.isShared ? Frames.sharedText(this.utf8) : Frames.text(this.utf8);
				this.webSocketFrame = frame;
			}
		}
		return frame.duplicate();
	}

	/** The same as text. */
	public synchronized String text() {
		String asText = this.text;
		if (asText == null) {
			asText = new String(this.utf8, StandardCharsets.UTF_8);
			this.text = asText;
		}
		return asText;
	}

}
