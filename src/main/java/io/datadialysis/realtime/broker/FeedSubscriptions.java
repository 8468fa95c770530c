package io.datadialysis.realtime.broker;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.Reading;
import io.datadialysis.realtime.snapshot.SnapshotProperties;
import io.datadialysis.realtime.snapshot.Snapshots;
import io.datadialysis.realtime.snapshot.WatchedFeeds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.stereotype.Component;

/** Who subscribes to what at which range, over all transports. */
@Component
public class FeedSubscriptions implements WatchedFeeds {

	private static final Logger logger = LoggerFactory.getLogger(FeedSubscriptions.class);

	private final Map<FeedRange, Set<Subscription>> subscribers = new ConcurrentHashMap<>();

	/** When the last subscriber of a feed and range left, on the monotonic clock. */
	private final Map<FeedRange, Long> leftAt = new ConcurrentHashMap<>();

	private final Snapshots snapshots;

	private final JsonMapper jsonMapper;

	private final long lingerNanos;

	FeedSubscriptions(Snapshots snapshots, JsonMapper jsonMapper, SnapshotProperties properties) {
		this.snapshots = snapshots;
		this.jsonMapper = jsonMapper;
		this.lingerNanos = properties.updateInterval().toNanos();
	}

	/**
	 * Begins the session of a client that has connected. Whoever begins it ends it, by
	 * {@link ClientSession#close()}.
	 * @param id unique in this server
	 * @param range the range of its subscriptions
	 * @param transport how to reach it
	 * @return the session
	 */
	public ClientSession open(String id, TimeRange range, ClientTransport transport) {
		return new ClientSession(id, range, this, transport);
	}

	void add(FeedRange key, Subscription subscription) {
		this.subscribers.compute(key, (k, present) -> {
			Set<Subscription> set = (present != null) ? present : ConcurrentHashMap.newKeySet();
			set.add(subscription);
			return set;
		});
		this.leftAt.remove(key);
	}

	void remove(FeedRange key, Subscription subscription) {
		this.subscribers.computeIfPresent(key, (k, set) -> {
			set.remove(subscription);
			if (!set.isEmpty()) {
				return set;
			}
			this.leftAt.put(key, System.nanoTime());
			return null;
		});
	}

	/** Hands a publication to all who subscribe to its feed and range. */
	void publish(FeedRange key, Publication publication) {
		for (Subscription subscription : this.subscribers.getOrDefault(key, Set.of())) {
			try {
				subscription.session().offer(subscription, key, publication);
			}
			catch (RuntimeException ex) {
				// One client's trouble must not keep the publication from the others.
				logger.warn("Could not send to session {}", subscription.session().id(), ex);
			}
		}
	}

	/** Begins to compute what new subscribers will get. */
	void prepare(Collection<FeedRange> keys) {
		this.snapshots.prepare(keys);
	}

	/** What a new subscriber of a feed and range gets at once. */
	List<Publication> newest(FeedRange key) {
		Reading reading = this.snapshots.forSubscriber(key);
		return reading.messages()
			.stream()
			.map((message) -> Publication.of(this.jsonMapper.writeValueAsBytes(message), reading.headers(message)))
			.toList();
	}

	@Override
	public SortedSet<FeedRange> watched() {
		long now = System.nanoTime();
		this.leftAt.values().removeIf((left) -> now - left > this.lingerNanos);
		SortedSet<FeedRange> watched = new TreeSet<>(Comparator.naturalOrder());
		watched.addAll(this.leftAt.keySet());
		watched.addAll(this.subscribers.keySet());
		return watched;
	}

	/** How many subscriptions there are, of all sessions. */
	public int count() {
		return this.subscribers.values().stream().mapToInt(Set::size).sum();
	}

}
