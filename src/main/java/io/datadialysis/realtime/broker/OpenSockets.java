package io.datadialysis.realtime.broker;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.task.TaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.WebSocketSession;

/**
 * The sockets that are open, of all transports. When the server stops they are closed
 * first, with 1012, so that clients know to come back, and so that a SockJS request that
 * is held open does not hold up the stop.
 */
@Component
public class OpenSockets implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(OpenSockets.class);

	/** The server does not wait longer than this for clients that take no goodbye. */
	private static final Duration FAREWELL = Duration.ofSeconds(2);

	/** By session id. */
	private final Map<String, WebSocketSession> sockets = new ConcurrentHashMap<>();

	private final TaskExecutor executor;

	private volatile boolean running;

	private volatile boolean stopping;

	OpenSockets(TaskExecutor applicationTaskExecutor) {
		this.executor = applicationTaskExecutor;
	}

	/** A socket has been opened; while the server stops it is closed again. */
	public void add(WebSocketSession socket) {
		this.sockets.put(socket.getId(), socket);
		if (this.stopping) {
			close(socket, CloseStatus.SERVICE_RESTARTED);
		}
	}

	/** A socket has been closed, by whichever side. */
	public void remove(WebSocketSession socket) {
		this.sockets.remove(socket.getId());
	}

	/**
	 * Whether a socket is open still.
	 * @param sessionId the session that it carries
	 */
	public boolean isOpen(String sessionId) {
		return this.sockets.containsKey(sessionId);
	}

	/** Closes a socket whose client has said goodbye. */
	void close(String sessionId) {
		WebSocketSession socket = this.sockets.get(sessionId);
		if (socket != null) {
			close(socket, CloseStatus.NORMAL);
		}
	}

	@Override
	public void start() {
		this.running = true;
		this.stopping = false;
	}

	@Override
	public void stop() {
		this.stopping = true;
		this.running = false;
		Collection<WebSocketSession> open = List.copyOf(this.sockets.values());
		CountDownLatch closed = new CountDownLatch(open.size());
		for (WebSocketSession socket : open) {
			// Each on its own: one that does not read must not keep the others waiting.
			this.executor.execute(() -> {
				close(socket, CloseStatus.SERVICE_RESTARTED);
				closed.countDown();
			});
		}
		try {
			if (!closed.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.info("{} clients took no goodbye", closed.getCount());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static void close(WebSocketSession socket, CloseStatus status) {
		try {
			socket.close(status);
		}
		catch (IOException | RuntimeException ex) {
			logger.debug("Socket {} could not be closed", socket.getId(), ex);
		}
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	/** The last to start, the first to stop. */
	@Override
	public int getPhase() {
		return Integer.MAX_VALUE;
	}

}
