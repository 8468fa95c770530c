package io.datadialysis.realtime.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.Problem;
import org.jspecify.annotations.Nullable;

/**
 * What a connected client wants to hear: its range and its subscriptions. The lock of its
 * connection guards it.
 */
public final class ClientSession {

	private final ClientConnection connection;

	private final FeedSubscriptions registry;

	private final Heartbeats heartbeats;

	// All of these are guarded by the connection.

	/** In the order of subscribing; few enough to be looked through. */
	private final List<Subscription> subscriptions = new ArrayList<>(4);

	/** The client's names for its subscriptions to the queue of errors. */
	private List<String> errorSubscriptions = List.of();

	private TimeRange range;

	private boolean ended;

	private @Nullable Problem lastProblem;

	private long lastProblemNanoTime;

	ClientSession(ClientConnection connection, TimeRange range, Heartbeats heartbeats, FeedSubscriptions registry) {
		this.connection = connection;
		this.range = range;
		this.heartbeats = heartbeats;
		this.registry = registry;
	}

	/** The connection. */
	public ClientConnection connection() {
		return this.connection;
	}

	Heartbeats heartbeats() {
		return this.heartbeats;
	}

	/** The range of the session now. */
	public TimeRange range() {
		synchronized (this.connection) {
			return this.range;
		}
	}

	/** How many subscriptions it has, those to the queue of errors among them. */
	public int count() {
		synchronized (this.connection) {
			return this.subscriptions.size() + this.errorSubscriptions.size();
		}
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
		synchronized (this.connection) {
			if (this.ended) {
				return true;
			}
			if (isSubscribed(subscriptionId)) {
				return false;
			}
			subscription = add(Subscription.stomp(this, subscriptionId, topic, own, this.range));
		}
		sendNewest(subscription.key(), List.of(subscription));
		return true;
	}

	/**
	 * Subscribes to what the server says of this client's own messages.
	 * @param subscriptionId the client's name for the subscription
	 * @return false when there is a subscription of that name already
	 */
	public boolean subscribeToErrors(String subscriptionId) {
		synchronized (this.connection) {
			if (isSubscribed(subscriptionId)) {
				return false;
			}
			List<String> more = new ArrayList<>(this.errorSubscriptions);
			more.add(subscriptionId);
			this.errorSubscriptions = List.copyOf(more);
			return true;
		}
	}

	/** The client's names for its subscriptions to the queue of errors. */
	List<String> errorSubscriptions() {
		synchronized (this.connection) {
			return this.errorSubscriptions;
		}
	}

	private boolean isSubscribed(String subscriptionId) {
		return this.errorSubscriptions.contains(subscriptionId) || find(subscriptionId) != null;
	}

	private @Nullable Subscription find(String subscriptionId) {
		for (Subscription subscription : this.subscriptions) {
			if (subscriptionId.equals(subscription.id())) {
				return subscription;
			}
		}
		return null;
	}

	/**
	 * Subscribes to several topics as plain JSON, whose first snapshots come in this
	 * order, once each, whatever is published meanwhile.
	 * @param topics the topics
	 */
	public void subscribeInOrder(List<Topic> topics) {
		List<Subscription> added;
		synchronized (this.connection) {
			if (this.ended) {
				return;
			}
			this.connection.hold();
			added = topics.stream().map((topic) -> add(Subscription.json(this, topic, this.range))).toList();
			// Keeps the place; what is offered first must not come first.
			added.forEach((subscription) -> this.connection.put(subscription.snapshotSlot, WireFrame.PLACEHOLDER));
		}
		try {
			this.registry.prepare(added.stream().map(Subscription::key).toList());
			added.forEach((subscription) -> sendNewest(subscription.key(), List.of(subscription)));
		}
		finally {
			this.connection.release();
		}
	}

	private Subscription add(Subscription subscription) {
		this.subscriptions.add(subscription);
		this.registry.add(subscription);
		return subscription;
	}

	/**
	 * Ends a subscription; what waits for it is not sent any more. An unknown name is
	 * ignored.
	 */
	public void unsubscribe(String subscriptionId) {
		synchronized (this.connection) {
			Subscription subscription = find(subscriptionId);
			if (subscription != null) {
				this.subscriptions.remove(subscription);
				this.registry.remove(subscription);
				subscription.end();
				forgetWaiting(subscription);
			}
			else if (this.errorSubscriptions.contains(subscriptionId)) {
				this.errorSubscriptions = this.errorSubscriptions.stream()
					.filter((id) -> !id.equals(subscriptionId))
					.toList();
			}
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
		synchronized (this.connection) {
			this.range = newRange;
			for (Subscription subscription : this.subscriptions) {
				if (subscription.movesTo(newRange)) {
					this.registry.remove(subscription);
					subscription.moveTo(newRange);
					forgetWaiting(subscription);
					this.registry.add(subscription);
					moved.computeIfAbsent(subscription.key(), (key) -> new ArrayList<>()).add(subscription);
				}
			}
		}
		this.registry.prepare(moved.keySet());
		moved.forEach(this::sendNewest);
	}

	private void sendNewest(FeedRange key, Collection<Subscription> to) {
		for (Publication publication : this.registry.newest(key)) {
			to.forEach((subscription) -> subscription.offer(key, publication, publication.frame(subscription.form())));
		}
	}

	/** Whether the same problem was told to this client at the same tick. */
	boolean isToldAlready(@Nullable Problem problem) {
		long now = System.nanoTime();
		boolean told = problem != null && problem.equals(this.lastProblem)
				&& now - this.lastProblemNanoTime < this.registry.sameTickNanos();
		if (!told) {
			this.lastProblem = problem;
			this.lastProblemNanoTime = now;
		}
		return told;
	}

	private void forgetWaiting(Subscription subscription) {
		this.connection.remove(subscription.snapshotSlot);
		this.connection.remove(subscription.failureSlot);
	}

	/** Ends all subscriptions. */
	void end() {
		synchronized (this.connection) {
			this.ended = true;
			this.subscriptions.forEach((subscription) -> {
				this.registry.remove(subscription);
				subscription.end();
			});
			this.subscriptions.clear();
			this.errorSubscriptions = List.of();
		}
	}

}
