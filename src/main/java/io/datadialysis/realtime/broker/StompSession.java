package io.datadialysis.realtime.broker;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * A STOMP client: its session, and what only STOMP has: heartbeats, receipts, and
 * destinations of its own.
 */
final class StompSession implements ClientTransport {

	private final String id;

	private final StompFrames frames;

	private final Heartbeats heartbeats;

	private final ClientSession session;

	/** Resolved destinations, by the client's name for the subscription. */
	private final Map<String, String> queues = new ConcurrentHashMap<>();

	private final AtomicLong messageNumber = new AtomicLong();

	private volatile long lastRead = System.nanoTime();

	private volatile long lastWrite = System.nanoTime();

	StompSession(String id, TimeRange range, Heartbeats heartbeats, StompFrames frames, FeedSubscriptions registry) {
		this.id = id;
		this.heartbeats = heartbeats;
		this.frames = frames;
		this.session = registry.open(id, range, this);
	}

	ClientSession session() {
		return this.session;
	}

	/**
	 * Subscribes to a topic; false when the client has a subscription of that name
	 * already.
	 */
	boolean subscribe(String subscriptionId, Topic topic, @Nullable TimeRange own) {
		return !this.queues.containsKey(subscriptionId) && this.session.subscribe(subscriptionId, topic, own);
	}

	/** Subscribes to a destination of this session alone; false as above. */
	boolean subscribeToQueue(String subscriptionId, String destination) {
		return !this.session.isSubscribed(subscriptionId)
				&& this.queues.putIfAbsent(subscriptionId, destination) == null;
	}

	void unsubscribe(String subscriptionId) {
		this.queues.remove(subscriptionId);
		this.session.unsubscribe(subscriptionId);
	}

	/** The client's names for its subscriptions to a destination of its own. */
	List<String> queueSubscriptions(String destination) {
		return this.queues.entrySet()
			.stream()
			.filter((entry) -> entry.getValue().equals(destination))
			.map(Map.Entry::getKey)
			.toList();
	}

	String nextMessageId() {
		return this.id + "-" + this.messageNumber.incrementAndGet();
	}

	@Override
	public void send(Subscription subscription, Publication publication, Runnable whenWritten) {
		this.lastWrite = System.nanoTime();
		this.frames.message(this.id, subscription, publication, nextMessageId()).accept(whenWritten);
	}

	void send(Consumer<Runnable> frame) {
		this.lastWrite = System.nanoTime();
		this.session.send(frame);
	}

	void receipt(String receiptId) {
		send(this.frames.receipt(this.id, receiptId));
	}

	@Override
	public void overflowed() {
		this.frames.error(this.id, "Too much waits to be read by this client.", null).accept(() -> {
		});
	}

	void touch() {
		this.lastRead = System.nanoTime();
	}

	/**
	 * Sends a heartbeat when one is due.
	 * @return false when the client has not sent anything for so long that it counts as
	 * gone
	 */
	boolean beat(long nanoTime, long lookPeriodMs) {
		if (this.heartbeats.isClientGone((nanoTime - this.lastRead) / 1_000_000)) {
			return false;
		}
		if (this.heartbeats.isDue((nanoTime - this.lastWrite) / 1_000_000, lookPeriodMs)) {
			send(this.frames.heartbeat(this.id));
		}
		return true;
	}

}
