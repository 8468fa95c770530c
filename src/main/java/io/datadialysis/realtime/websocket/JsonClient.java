package io.datadialysis.realtime.websocket;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Objects;
import java.util.Queue;

import io.datadialysis.realtime.broker.ClientSession;
import io.datadialysis.realtime.broker.ClientTransport;
import io.datadialysis.realtime.broker.Publication;
import io.datadialysis.realtime.broker.Subscription;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskExecutor;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;

/** One client of the plain JSON WebSocket. */
final class JsonClient implements ClientTransport {

	private static final Logger logger = LoggerFactory.getLogger(JsonClient.class);

	private final WebSocketSession webSocket;

	private final TaskExecutor executor;

	private @Nullable ClientSession session;

	private final Queue<Runnable> tasks = new ArrayDeque<>(); // guarded by itself

	private byte[] lastFailure = {}; // only the frame being written touches it

	JsonClient(WebSocketSession webSocket, TaskExecutor executor) {
		this.webSocket = webSocket;
		this.executor = executor;
	}

	/** To be called once, before the client is shared between threads. */
	void begin(ClientSession begun) {
		this.session = begun;
	}

	ClientSession session() {
		return Objects.requireNonNull(this.session);
	}

	/** Runs a task that may wait for the database, after the ones before it. */
	void inOrder(Runnable task) {
		synchronized (this.tasks) {
			this.tasks.add(task);
			if (this.tasks.size() > 1) {
				return; // the running one goes on with it
			}
		}
		this.executor.execute(this::runTasks);
	}

	private void runTasks() {
		Runnable task;
		synchronized (this.tasks) {
			task = this.tasks.peek();
		}
		while (task != null) {
			try {
				task.run();
			}
			finally {
				synchronized (this.tasks) {
					this.tasks.remove();
					task = this.tasks.peek();
				}
			}
		}
	}

	/** Sends a message that is about this client alone. */
	void send(byte[] json) {
		session().send((whenWritten) -> write(json, whenWritten));
	}

	@Override
	public void send(Subscription subscription, Publication publication, Runnable whenWritten) {
		if (publication.version() == null) {
			// Four feeds that fail for one reason at one tick are one sentence to a
			// client that reads all four.
			if (Arrays.equals(publication.json(), this.lastFailure)) {
				whenWritten.run();
				return;
			}
			this.lastFailure = publication.json();
		}
		write(publication.json(), whenWritten);
	}

	private void write(byte[] json, Runnable whenWritten) {
		this.executor.execute(() -> {
			try {
				this.webSocket.sendMessage(new TextMessage(json));
			}
			catch (IOException | IllegalStateException ex) {
				// The client is gone, or going; the container says so by closing the
				// session.
				logger.debug("Could not write to {}", this.webSocket.getId(), ex);
			}
			finally {
				whenWritten.run();
			}
		});
	}

	@Override
	public void overflowed() {
		try {
			this.webSocket.close(CloseStatus.POLICY_VIOLATION.withReason("Too much waits to be read by this client."));
		}
		catch (IOException ex) {
			logger.debug("Could not close {}", this.webSocket.getId(), ex);
		}
	}

}
