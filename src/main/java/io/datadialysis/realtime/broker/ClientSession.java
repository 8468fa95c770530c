package io.datadialysis.realtime.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * One connected client: its range, its subscriptions, and what is still to be sent to it.
 */
public final class ClientSession {

	private final String id;

	private final FeedSubscriptions registry;

	private final ClientTransport transport;

	// All of these are guarded by this.

	/** By the client's name for each, in the order of subscribing. */
	private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

	private final Mailbox mailbox = new Mailbox();

	private TimeRange range;

	private boolean closed;

	/** Whether nothing is written for now. */
	private boolean held;

	ClientSession(String id, TimeRange range, FeedSubscriptions registry, ClientTransport transport) {
		this.id = id;
		this.range = range;
		this.registry = registry;
		this.transport = transport;
	}

	/** The name of the session, unique in this server. */
	public String id() {
		return this.id;
	}

	/**
	 * Subscribes to a topic; the newest snapshot is on its way when this returns.
	 * @param subscriptionId the client's name for the subscription
	 * @param topic the topic
	 * @param own the range that this subscription has asked for; null to follow the
	 * session
	 * @return false when there is a subscription of that name already
	 */
	public boolean subscribe(String subscriptionId, Topic topic, @Nullable TimeRange own) {
		Subscription subscription;
		synchronized (this) {
			if (this.closed) {
				return true;
			}
			if (this.subscriptions.containsKey(subscriptionId)) {
				return false;
			}
			subscription = add(new Subscription(this, subscriptionId, topic, own, this.range));
		}
		sendNewest(subscription.key(), List.of(subscription));
		return true;
	}

	/**
	 * Subscribes to several topics, each under its destination, whose first snapshots
	 * come in this order, once each, whatever is published meanwhile.
	 * @param topics the topics
	 */
	public void subscribeInOrder(List<Topic> topics) {
		List<Subscription> added;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			this.held = true;
			added = topics.stream()
				.map((topic) -> add(new Subscription(this, topic.destination(), topic, null, this.range)))
				.toList();
			// Keeps the place; what is offered first must not come first.
			added.forEach((subscription) -> this.mailbox.put(subscription.snapshotSlot, Runnable::run));
		}
		try {
			this.registry.prepare(added.stream().map(Subscription::key).toList());
			added.forEach((subscription) -> sendNewest(subscription.key(), List.of(subscription)));
		}
		finally {
			synchronized (this) {
				this.held = false;
			}
			writeNext();
		}
	}

	private Subscription add(Subscription subscription) {
		this.subscriptions.put(subscription.id(), subscription);
		this.registry.add(subscription.key(), subscription);
		return subscription;
	}

	synchronized boolean isSubscribed(String subscriptionId) {
		return this.subscriptions.containsKey(subscriptionId);
	}

	/**
	 * Ends a subscription; what waits for it is not sent any more. An unknown name is
	 * ignored.
	 */
	public synchronized void unsubscribe(String subscriptionId) {
		Subscription subscription = this.subscriptions.remove(subscriptionId);
		if (subscription != null) {
			this.registry.remove(subscription.key(), subscription);
			forgetWaiting(subscription);
		}
	}

	/**
	 * Changes the range of the session and of all subscriptions that follow it. When this
	 * returns the snapshots of the new range are on their way, and nothing of the old
	 * range will come after them.
	 * @param newRange the new range
	 */
	public void moveTo(TimeRange newRange) {
		Map<FeedRange, List<Subscription>> moved = new LinkedHashMap<>();
		synchronized (this) {
			this.range = newRange;
			for (Subscription subscription : this.subscriptions.values()) {
				if (subscription.movesTo(newRange)) {
					this.registry.remove(subscription.key(), subscription);
					subscription.moveTo(newRange);
					forgetWaiting(subscription);
					this.registry.add(subscription.key(), subscription);
					moved.computeIfAbsent(subscription.key(), (key) -> new ArrayList<>()).add(subscription);
				}
			}
		}
		this.registry.prepare(moved.keySet());
		moved.forEach(this::sendNewest);
	}

	private void sendNewest(FeedRange key, Collection<Subscription> to) {
		for (Publication publication : this.registry.newest(key)) {
			to.forEach((subscription) -> offer(subscription, key, publication));
		}
	}

	private void forgetWaiting(Subscription subscription) {
		this.mailbox.remove(subscription.snapshotSlot);
		this.mailbox.remove(subscription.failureSlot);
	}

	/**
	 * Hands a publication to a subscription, unless it is about something else by now or
	 * has had something newer.
	 */
	void offer(Subscription subscription, FeedRange key, Publication publication) {
		boolean full;
		synchronized (this) {
			if (this.closed || this.subscriptions.get(subscription.id()) != subscription
					|| !subscription.accepts(key, publication)) {
				return;
			}
			if (publication.isSnapshot()) {
				this.mailbox.remove(subscription.failureSlot); // of an older one
			}
			full = !this.mailbox.put(publication.isSnapshot() ? subscription.snapshotSlot : subscription.failureSlot,
					(whenWritten) -> this.transport.send(subscription, publication, whenWritten));
		}
		proceed(full);
	}

	/**
	 * Sends a frame that is no publication, after all that waits already, and before all
	 * that comes later.
	 * @param frame writes the frame and runs the callback that it is handed when the
	 * frame is on its way
	 */
	public void send(Consumer<Runnable> frame) {
		boolean full;
		synchronized (this) {
			if (this.closed) {
				return;
			}
			full = !this.mailbox.add(frame);
		}
		proceed(full);
	}

	private void proceed(boolean full) {
		if (full) {
			close();
			this.transport.overflowed();
		}
		else {
			writeNext();
		}
	}

	private void writeNext() {
		Consumer<Runnable> frame;
		synchronized (this) {
			frame = this.held ? null : this.mailbox.next();
		}
		if (frame != null) {
			frame.accept(this::written);
		}
	}

	private void written() {
		synchronized (this) {
			this.mailbox.written();
		}
		writeNext();
	}

	/**
	 * Ends all subscriptions and sends one last frame, after which nothing is sent.
	 * @param frame as in {@link #send(Consumer)}
	 */
	public void closeWith(Consumer<Runnable> frame) {
		synchronized (this) {
			if (this.closed) {
				return;
			}
			endSubscriptions();
			this.mailbox.add(frame);
		}
		writeNext();
	}

	/** Ends all subscriptions; nothing is sent any more. */
	public synchronized void close() {
		endSubscriptions();
	}

	private void endSubscriptions() {
		this.closed = true;
		this.subscriptions.values().forEach((subscription) -> this.registry.remove(subscription.key(), subscription));
		this.subscriptions.clear();
		this.mailbox.clear();
	}

}
