package io.datadialysis.realtime.websocket;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

import io.datadialysis.realtime.broker.ClientSession;
import io.datadialysis.realtime.broker.ClientTransport;
import io.datadialysis.realtime.broker.Publication;
import io.datadialysis.realtime.broker.Subscription;
import io.datadialysis.realtime.broker.Topic;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.Problem;
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

	private final long sameTickNanos;

	private @Nullable ClientSession session;

	private boolean busy; // guarded by this

	private @Nullable TimeRange wanted; // guarded by this

	// Only the frame being written touches these two.

	private @Nullable Problem lastProblem;

	private long lastProblemNanoTime;

	JsonClient(WebSocketSession webSocket, TaskExecutor executor, Duration updateInterval) {
		this.webSocket = webSocket;
		this.executor = executor;
		this.sameTickNanos = updateInterval.toNanos() / 2;
	}

	/** To be called once, before the client is shared between threads. */
	void begin(ClientSession begun) {
		this.session = begun;
	}

	ClientSession session() {
		return Objects.requireNonNull(this.session);
	}

	/** Subscribes to the topics, without making the caller wait for the database. */
	synchronized void subscribe(List<Topic> topics) {
		this.busy = true;
		this.executor.execute(() -> {
			try {
				session().subscribeInOrder(topics);
			}
			finally {
				moveToWanted();
			}
		});
	}

	/**
	 * Changes the range, without making the caller wait; of several choices in a row the
	 * newest counts.
	 */
	synchronized void moveTo(TimeRange range) {
		this.wanted = range;
		if (!this.busy) {
			this.busy = true;
			this.executor.execute(this::moveToWanted);
		}
	}

	private void moveToWanted() {
		TimeRange range = nextWanted();
		while (range != null) {
			try {
				session().moveTo(range);
			}
			catch (RuntimeException ex) {
				// The next choice must not be lost with this one.
				logger.error("The range of {} could not be changed", this.webSocket.getId(), ex);
			}
			range = nextWanted();
		}
	}

	private synchronized @Nullable TimeRange nextWanted() {
		TimeRange range = this.wanted;
		this.wanted = null;
		this.busy = range != null;
		return range;
	}

	/** Sends a message that is about this client alone. */
	void send(byte[] json) {
		session().send((whenWritten) -> write(json, whenWritten));
	}

	@Override
	public void send(Subscription subscription, Publication publication, Runnable whenWritten) {
		if (isToldAlready(publication.problem())) {
			whenWritten.run();
		}
		else {
			write(publication.json(), whenWritten);
		}
	}

	/**
	 * Four feeds that fail for one reason at one tick are one sentence to a client that
	 * reads all four.
	 */
	private boolean isToldAlready(@Nullable Problem problem) {
		if (problem == null) {
			return false;
		}
		long now = System.nanoTime();
		boolean told = problem.equals(this.lastProblem) && now - this.lastProblemNanoTime < this.sameTickNanos;
		if (!told) {
			this.lastProblem = problem;
			this.lastProblemNanoTime = now;
		}
		return told;
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
