package io.datadialysis.realtime.stomp;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

import io.datadialysis.realtime.broker.ClientTransport;
import io.datadialysis.realtime.broker.CloseReason;
import io.datadialysis.realtime.broker.WireFrame;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskExecutor;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.sockjs.transport.session.AbstractHttpSockJsSession;

/**
 * Writes to a SockJS session. Its writes may wait for the client, so each is made by a
 * thread of its own, one at a time.
 *
 * @param session the session
 * @param executor gives the threads
 */
record SockJsTransport(WebSocketSession session, TaskExecutor executor) implements ClientTransport {

	private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

	private static final Logger logger = LoggerFactory.getLogger(SockJsTransport.class);

	@Override
	public boolean write(WireFrame frame, Runnable whenWritten) {
		this.executor.execute(() -> {
			try {
				awaitReader();
				this.session.sendMessage(new TextMessage(frame.text()));
			}
			catch (IOException | RuntimeException ex) {
				// The client is gone, or going.
				logger.debug("Could not write to {}", this.session.getId(), ex);
				abort();
			}
			finally {
				whenWritten.run();
			}
		});
		return false;
	}

	@Override
	public void close(CloseReason reason) {
		close(new CloseStatus(reason.code(), reason.sentence()));
	}

	@Override
	public void abort() {
		close(CloseStatus.SESSION_NOT_RELIABLE);
	}

	/**
	 * A client that polls takes nothing between two polls. What is sent to it then would
	 * be kept by its session, oldest first, and a goodbye would be lost; here the newest
	 * waits. A client that does not come back is found by its session.
	 */
	private void awaitReader() {
		while (this.session instanceof AbstractHttpSockJsSession polled && polled.isOpen() && !polled.isActive()) {
			LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
		}
	}

	private void close(CloseStatus status) {
		this.executor.execute(() -> {
			try {
				awaitReader();
				this.session.close(status);
			}
			catch (IOException | RuntimeException ex) {
				logger.debug("Could not close {}", this.session.getId(), ex);
			}
		});
	}

}
