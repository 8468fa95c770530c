package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The clients that are connected, over all transports. It looks after those who promise
 * and don't keep: a socket without CONNECT, heartbeats that fail to come, a reader that
 * does not read. When the server stops, all are told to come back, before anything else
 * ends.
 */
@Component
public class Connections implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Connections.class);

	private static final long LOOK_MS = 1000;

	/** The server does not wait longer than this for clients that take no goodbye. */
	private static final Duration FAREWELL = Duration.ofSeconds(2);

	/** How long a client may take from the beginning of a message to its end. */
	private static final Duration MESSAGE_PATIENCE = Duration.ofSeconds(10);

	/** How long a client may take to answer our goodbye. */
	private static final Duration LINGER = Duration.ofSeconds(3);

	private final Map<String, ClientConnection> connections = new ConcurrentHashMap<>();

	/** Address to how many connections it has. */
	private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();

	private final Map<Transport, Integer> byKind = new ConcurrentHashMap<>();

	private final AtomicLong number = new AtomicLong();

	private final AtomicBoolean looking = new AtomicBoolean();

	private final FeedSubscriptions subscriptions;

	private final ConnectionProperties limits;

	private final BrokerTraffic traffic;

	private volatile boolean running;

	private volatile boolean stopping;

	private volatile @Nullable CountDownLatch leaving;

	Connections(FeedSubscriptions subscriptions, ConnectionProperties limits, BrokerTraffic traffic) {
		this.subscriptions = subscriptions;
		this.limits = limits;
		this.traffic = traffic;
	}

	/** Whether the server stops: nobody new is let in. */
	public boolean isStopping() {
		return this.stopping;
	}

	/**
	 * A connection is open. Whoever opens it says when it has ended.
	 * @param kind what kind of connection
	 * @param name its name, if it has one already: a SockJS session's
	 * @param address where the client is
	 * @param transport how to reach it
	 * @return the connection
	 */
	public ClientConnection open(Transport kind, @Nullable String name, String address, ClientTransport transport) {
		String id = kind.text() + "-" + ((name != null) ? name : this.number.incrementAndGet());
		ClientConnection connection = new ClientConnection(id, kind, address, transport, this.traffic,
				this.limits.messagesPerSecond());
		ClientConnection before = this.connections.put(id, connection);
		if (before != null) {
			left(before, "its name was taken over");
		}
		this.byAddress.merge(address, 1, Integer::sum);
		this.byKind.merge(kind, 1, Integer::sum);
		if (this.stopping) {
			connection.close(CloseReason.RESTARTING, null);
		}
		return connection;
	}

	/**
	 * A client has connected in the words of its protocol.
	 * @param connection its connection
	 * @param range the range of its subscriptions
	 * @param heartbeats what the two sides promise
	 * @return its session; null when the connection is closing already
	 */
	public @Nullable ClientSession begin(ClientConnection connection, TimeRange range, Heartbeats heartbeats) {
		ClientSession session = new ClientSession(connection, range, heartbeats, this.subscriptions);
		if (!connection.begin(session)) {
			return null;
		}
		logger.info("{} from {} is connected", connection.id(), connection.address());
		return session;
	}

	/**
	 * A connection has ended.
	 * @param connection the connection
	 * @param how how, for the log, where the client ended it
	 */
	public void ended(ClientConnection connection, String how) {
		if (this.connections.remove(connection.id(), connection)) {
			left(connection, how);
		}
	}

	private void left(ClientConnection connection, String how) {
		this.byAddress.computeIfPresent(connection.address(), (key, n) -> (n > 1) ? n - 1 : null);
		this.byKind.computeIfPresent(connection.kind(), (key, n) -> n - 1);
		CloseReason reason = connection.closing();
		logger.info("{} from {} has left after {} s: {}", connection.id(), connection.address(),
				TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - connection.openedNanoTime()),
				(reason != null) ? reason.text() : how);
		connection.ended();
		CountDownLatch latch = this.leaving;
		if (latch != null) {
			latch.countDown();
		}
	}

	/** The connection of this name; null when there is none. */
	public @Nullable ClientConnection find(String id) {
		return this.connections.get(id);
	}

	/** All that are open. */
	public Collection<ClientConnection> all() {
		return Collections.unmodifiableCollection(this.connections.values());
	}

	/** How many are open. */
	public int count() {
		return this.connections.size();
	}

	/** How many of a kind are open. */
	int count(Transport kind) {
		return this.byKind.getOrDefault(kind, 0);
	}

	/** How many are open from an address. */
	int count(String address) {
		return this.byAddress.getOrDefault(address, 0);
	}

	/**
	 * Tells a STOMP client in an ERROR frame what is wrong, after which the connection is
	 * closed.
	 * @param connection the client's
	 * @param reason the kind
	 * @param sentence what is wrong
	 * @param receiptId the receipt that the refused frame asked for, if any
	 */
	public void refuse(ClientConnection connection, CloseReason reason, String sentence, @Nullable String receiptId) {
		if (connection.closing() == null) {
			logger.info("{} from {} is refused: {}", connection.id(), connection.address(), sentence);
			connection.close(reason, StompFrames.error(sentence, receiptId));
		}
	}

	/**
	 * At a fixed rate, which waits for no other task, such as one that waits for the
	 * database.
	 */
	@Scheduled(fixedRate = LOOK_MS)
	void look() {
		if (!this.looking.compareAndSet(false, true)) {
			return; // the look before is not done yet
		}
		try {
			lookAfterAll();
		}
		finally {
			this.looking.set(false);
		}
	}

	private void lookAfterAll() {
		long now = System.nanoTime();
		for (ClientConnection connection : this.connections.values()) {
			try {
				lookAfter(connection, now);
			}
			catch (RuntimeException ex) {
				// The others must be looked after all the same.
				logger.warn("Could not look after {}", connection.id(), ex);
			}
		}
	}

	private void lookAfter(ClientConnection connection, long now) {
		if (connection.closingNanos(now) > 0) {
			if (connection.closingNanos(now) > LINGER.toNanos()) {
				connection.abort();
			}
			return;
		}
		if (connection.unfinishedNanos(now) > MESSAGE_PATIENCE.toNanos()) {
			connection.close(CloseReason.UNFINISHED, null);
			return;
		}
		ClientSession session = connection.session();
		if (session == null) {
			if (now - connection.openedNanoTime() > this.limits.connectTimeout().toNanos()) {
				refuse(connection, CloseReason.CONNECT_TIMEOUT, CloseReason.CONNECT_TIMEOUT.sentence(), null);
			}
			return;
		}
		if (connection.blockedNanos(now) > this.limits.frozenTimeout().toNanos()) {
			connection.close(CloseReason.FROZEN, null);
			connection.abort();
			return;
		}
		long silentMs = TimeUnit.NANOSECONDS.toMillis(now - connection.lastReadNanoTime());
		long quietMs = TimeUnit.NANOSECONDS.toMillis(now - connection.lastWriteNanoTime());
		if (session.heartbeats().isClientGone(silentMs)) {
			refuse(connection, CloseReason.HEARTBEAT_MISSED, CloseReason.HEARTBEAT_MISSED.sentence(), null);
		}
		else if (Math.min(silentMs, quietMs) > this.limits.idleTimeout().toMillis()) {
			connection.close(CloseReason.SILENT, null);
		}
		else if (connection.blockedNanos(now) == 0 && session.heartbeats().isDue(quietMs, LOOK_MS)) {
			connection.send(StompFrames.HEARTBEAT);
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
		List<ClientConnection> open = List.copyOf(this.connections.values());
		CountDownLatch latch = new CountDownLatch(open.size());
		this.leaving = latch;
		open.forEach((connection) -> connection.close(CloseReason.RESTARTING, null));
		try {
			if (!latch.await(FAREWELL.toMillis(), TimeUnit.MILLISECONDS)) {
				logger.info("{} clients took no goodbye", latch.getCount());
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		this.connections.values().forEach(ClientConnection::abort);
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
