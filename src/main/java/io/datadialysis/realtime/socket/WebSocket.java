package io.datadialysis.realtime.socket;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;

import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteBufferPool;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.RetainableByteBuffer;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One open WebSocket. Writing never waits: what the kernel does not take at once is
 * written later, and until then there is no other write but control frames.
 */
public final class WebSocket extends AbstractConnection implements Connection.UpgradeTo {

	private static final Logger logger = LoggerFactory.getLogger(WebSocket.class);

	private static final int INPUT_BUFFER_SIZE = 4096;

	private final ByteBufferPool buffers;

	private final SocketListener listener;

	private final FrameParser parser;

	/** What came right behind the handshake. */
	private @Nullable ByteBuffer early;

	// All of these are guarded by this.

	/** The rest of a frame that the kernel did not take at once; null when none is. */
	private @Nullable ByteBuffer rest;

	private @Nullable Runnable whenRestIsWritten;

	private @Nullable ByteBuffer waitingFrame;

	private @Nullable Runnable whenWaitingFrameIsWritten;

	private @Nullable ByteBuffer waitingPong;

	private @Nullable ByteBuffer waitingClose;

	/** Whether a close frame was sent, or waits. */
	private boolean closing;

	private boolean closeReceived;

	private boolean ended;

	private int code = CloseCode.ABNORMAL;

	private boolean byClient = true;

	WebSocket(EndPoint endPoint, Executor executor, ByteBufferPool buffers, int largestMessage,
			SocketListener listener) {
		super(endPoint, executor);
		this.buffers = buffers;
		this.listener = listener;
		this.parser = new FrameParser(largestMessage, new Incoming());
	}

	@Override
	public void onUpgradeTo(ByteBuffer more) {
		this.early = more.hasRemaining() ? copy(more) : null;
	}

	private static ByteBuffer copy(ByteBuffer bytes) {
		return ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
	}

	@Override
	public void onOpen() {
		super.onOpen();
		// Whoever has something to say about silence looks after it.
		getEndPoint().setIdleTimeout(-1);
		try {
			this.listener.onOpen(this);
			repeatClosedIfOver();
			ByteBuffer first = this.early;
			this.early = null;
			if (first == null || parse(first)) {
				fillInterested();
			}
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
	}

	@Override
	public void onFillable() {
		RetainableByteBuffer.Mutable buffer = this.buffers.acquire(INPUT_BUFFER_SIZE, true);
		try {
			ByteBuffer bytes = buffer.getByteBuffer();
			while (true) {
				int count = getEndPoint().fill(bytes);
				if (count == 0) {
					fillInterested();
					return;
				}
				if (count < 0) {
					getEndPoint().close();
					return;
				}
				if (!parse(bytes)) {
					return;
				}
			}
		}
		catch (IOException ex) {
			getEndPoint().close(ex);
		}
		catch (RuntimeException ex) {
			failed(ex);
		}
		finally {
			buffer.release();
		}
	}

	/** The end may have been told before the listener knew what had begun. */
	private void repeatClosedIfOver() {
		int finalCode;
		boolean finalByClient;
		synchronized (this) {
			if (!this.ended) {
				return;
			}
			finalCode = this.code;
			finalByClient = this.byClient;
		}
		this.listener.onClosed(finalCode, finalByClient);
	}

	/** A bug of the listener's: told, and it harms this connection alone. */
	private void failed(RuntimeException ex) {
		logger.error("A WebSocket could not be served", ex);
		getEndPoint().close(ex);
	}

	/** False when the connection has ended by it. */
	private boolean parse(ByteBuffer bytes) {
		if (isClosing()) {
			// Read and forgotten, so that the client gets our last words: bytes that
			// nobody reads would make the kernel reset the connection. Only a close
			// frame would matter, and the end of the connection says the same.
			bytes.position(bytes.limit());
			return true;
		}
		try {
			this.parser.parse(bytes);
			this.listener.onPart(this.parser.isUnfinished());
		}
		catch (FrameParser.BrokenFrameException ex) {
			bytes.position(bytes.limit());
			close(ex.code(), ex.sentence());
			this.listener.onClosing(ex.code(), false);
		}
		return getEndPoint().isOpen();
	}

	private synchronized boolean isClosing() {
		return this.closing;
	}

	/**
	 * Writes a frame. To be called again only when the frame before is written.
	 * @param frame the frame; consumed
	 * @param whenWritten to be run when the frame is on its way, or never will be, unless
	 * this returns true
	 * @return true when it is on its way already, or never will be because the connection
	 * is closing
	 */
	public boolean write(ByteBuffer frame, Runnable whenWritten) {
		synchronized (this) {
			if (this.closing || this.ended) {
				return true;
			}
			if (this.rest != null) {
				this.waitingFrame = frame;
				this.whenWaitingFrameIsWritten = whenWritten;
				return false;
			}
			if (flush(frame)) {
				return true;
			}
			this.rest = frame;
			this.whenRestIsWritten = whenWritten;
		}
		finishLater(frame);
		return false;
	}

	private boolean flush(ByteBuffer frame) {
		try {
			return getEndPoint().flush(frame);
		}
		catch (IOException ex) {
			getExecutor().execute(() -> getEndPoint().close(ex));
			return true;
		}
	}

	private void finishLater(ByteBuffer frame) {
		getEndPoint().write(Callback.from(this::restIsWritten, (failure) -> {
			restIsWritten();
			getEndPoint().close(failure);
		}), frame);
	}

	private void restIsWritten() {
		Runnable first;
		Runnable second = null;
		ByteBuffer next = null;
		boolean closed = false;
		synchronized (this) {
			first = this.whenRestIsWritten;
			this.rest = null;
			this.whenRestIsWritten = null;
			if (this.waitingPong != null && !this.ended) {
				ByteBuffer pong = this.waitingPong;
				this.waitingPong = null;
				next = flush(pong) ? null : pong;
			}
			if (next == null && this.waitingFrame != null) {
				ByteBuffer frame = this.waitingFrame;
				second = this.whenWaitingFrameIsWritten;
				this.waitingFrame = null;
				this.whenWaitingFrameIsWritten = null;
				if (!flush(frame)) {
					next = frame;
					this.whenRestIsWritten = second;
					second = null;
				}
			}
			if (next == null && this.waitingClose != null) {
				ByteBuffer frame = this.waitingClose;
				this.waitingClose = null;
				closed = flush(frame);
				next = closed ? null : frame;
			}
			else if (next == null && this.closing) {
				closed = true;
			}
			this.rest = next;
		}
		if (first != null) {
			first.run();
		}
		if (second != null) {
			second.run();
		}
		if (next != null) {
			finishLater(next);
		}
		else if (closed) {
			closeIsWritten();
		}
	}

	/**
	 * Says goodbye, after the frame that is being written. The connection ends when the
	 * client has answered, or by {@link #abort()}.
	 * @param closeCode the close code
	 * @param reason a sentence
	 */
	public void close(int closeCode, String reason) {
		close(closeCode, reason, false);
	}

	private void close(int closeCode, String reason, boolean clientBegan) {
		boolean written;
		ByteBuffer frame = Frames.close(closeCode, reason);
		synchronized (this) {
			if (this.closing || this.ended) {
				return;
			}
			this.closing = true;
			this.code = closeCode;
			this.byClient = clientBegan;
			if (this.rest != null) {
				this.waitingClose = frame;
				return;
			}
			written = flush(frame);
			if (!written) {
				this.rest = frame;
			}
		}
		if (written) {
			closeIsWritten();
		}
		else {
			finishLater(frame);
		}
	}

	private void closeIsWritten() {
		boolean isOver;
		synchronized (this) {
			isOver = this.closeReceived;
		}
		if (isOver) {
			getEndPoint().close();
		}
		else {
			getEndPoint().shutdownOutput();
		}
	}

	/** Ends the connection at once, without a word. */
	public void abort() {
		getEndPoint().close();
	}

	@Override
	public void onClose(@Nullable Throwable cause) {
		super.onClose(cause);
		int finalCode;
		boolean finalByClient;
		Runnable first;
		Runnable second;
		synchronized (this) {
			if (this.ended) {
				return;
			}
			this.ended = true;
			finalCode = this.code;
			finalByClient = this.byClient;
			first = this.whenRestIsWritten;
			second = this.whenWaitingFrameIsWritten;
			this.whenRestIsWritten = null;
			this.whenWaitingFrameIsWritten = null;
			this.waitingFrame = null;
			this.waitingPong = null;
		}
		this.listener.onClosed(finalCode, finalByClient);
		if (first != null) {
			first.run();
		}
		if (second != null) {
			second.run();
		}
	}

	/** What the client sends. */
	private final class Incoming implements FrameParser.Sink {

		@Override
		public void text(byte[] utf8) {
			if (!isClosing()) {
				WebSocket.this.listener.onText(utf8);
			}
		}

		@Override
		public void binary(byte[] bytes) {
			if (!isClosing()) {
				WebSocket.this.listener.onBinary(bytes);
			}
		}

		@Override
		public void ping(byte[] payload) {
			ByteBuffer pong = Frames.pong(payload);
			boolean written = true;
			synchronized (WebSocket.this) {
				if (WebSocket.this.closing || WebSocket.this.ended) {
					return;
				}
				if (WebSocket.this.rest != null) {
					// The newest ping is the one to be answered.
					WebSocket.this.waitingPong = pong;
				}
				else {
					written = flush(pong);
					if (!written) {
						WebSocket.this.rest = pong;
					}
				}
			}
			if (!written) {
				finishLater(pong);
			}
			WebSocket.this.listener.onSignOfLife();
		}

		@Override
		public void pong() {
			WebSocket.this.listener.onSignOfLife();
		}

		@Override
		public void close(int closeCode) {
			synchronized (WebSocket.this) {
				WebSocket.this.closeReceived = true;
			}
			WebSocket.this.close(closeCode, "", true);
			WebSocket.this.listener.onClosing(closeCode, true);
		}

	}

}
