package io.datadialysis.realtime.broker;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.ServerMessage;
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

	/** Feed and range to those who get it in each form. */
	private final Map<FeedRange, Map<FrameForm, Set<Subscription>>> subscribers = new ConcurrentHashMap<>();

	/** When the last subscriber of a feed and range left, on the monotonic clock. */
	private final Map<FeedRange, Long> leftAt = new ConcurrentHashMap<>();

	/** What the newest subscribers have got: the next ones mostly get the same. */
	private final Map<FeedRange, Publication> newest = new ConcurrentHashMap<>();

	private final String messageIdPrefix = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "-";

	private final AtomicLong messageNumber = new AtomicLong();

	private final Snapshots snapshots;

	private final JsonMapper jsonMapper;

	private final long lingerNanos;

	private final long sameTickNanos;

	FeedSubscriptions(Snapshots snapshots, JsonMapper jsonMapper, SnapshotProperties properties) {
		this.snapshots = snapshots;
		this.jsonMapper = jsonMapper;
		this.lingerNanos = properties.updateInterval().toNanos();
		this.sameTickNanos = this.lingerNanos / 2;
	}

	/** What comes within this time belongs to one tick, in nanoseconds. */
	long sameTickNanos() {
		return this.sameTickNanos;
	}

	void add(Subscription subscription) {
		FeedRange key = subscription.key();
		this.subscribers.compute(key, (k, present) -> {
			Map<FrameForm, Set<Subscription>> forms = (present != null) ? present : new ConcurrentHashMap<>();
			forms.computeIfAbsent(subscription.form(), (form) -> ConcurrentHashMap.newKeySet()).add(subscription);
			return forms;
		});
		this.leftAt.remove(key);
	}

	void remove(Subscription subscription) {
		this.subscribers.computeIfPresent(subscription.key(), (key, forms) -> {
			forms.computeIfPresent(subscription.form(), (form, set) -> {
				set.remove(subscription);
				return set.isEmpty() ? null : set;
			});
			if (!forms.isEmpty()) {
				return forms;
			}
			this.leftAt.put(key, System.nanoTime());
			return null;
		});
	}

	/** A name for the next message, unique among the messages of this server. */
	String nextMessageId() {
		return this.messageIdPrefix + this.messageNumber.incrementAndGet();
	}

	/** Hands a publication to all who subscribe to its feed and range. */
	void publish(FeedRange key, Publication publication) {
		this.subscribers.getOrDefault(key, Map.of()).forEach((form, subscriptions) -> {
			WireFrame frame = publication.frame(form);
			for (Subscription subscription : subscriptions) {
				try {
					subscription.offer(key, publication, frame);
				}
				catch (RuntimeException ex) {
					// One client's trouble must not keep the publication from the others.
					logger.warn("Could not send to a subscriber of {}", form.destination(), ex);
				}
			}
		});
	}

	/** Begins to compute what new subscribers will get. */
	void prepare(Collection<FeedRange> keys) {
		this.snapshots.prepare(keys);
	}

	/** What a new subscriber of a feed and range gets at once. */
	List<Publication> newest(FeedRange key) {
		Reading reading = this.snapshots.forSubscriber(key);
		return reading.messages().stream().map((message) -> publication(key, reading, message)).toList();
	}

	private Publication publication(FeedRange key, Reading reading, ServerMessage message) {
		Map<String, Object> headers = reading.headers(message);
		Publication kept = this.newest.get(key);
		if (kept != null && message instanceof ServerMessage.Update && reading.snapshot() != null
				&& reading.snapshot().version().equals(kept.version())) {
			return kept;
		}
		Publication made = Publication.of(this.jsonMapper.writeValueAsBytes(message), nextMessageId(), headers);
		if (made.isSnapshot()) {
			this.newest.put(key, made);
		}
		return made;
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
		return this.subscribers.keySet().stream().mapToInt(this::count).sum();
	}

	/** How many there are of a feed and range. */
	public int count(FeedRange key) {
		return this.subscribers.getOrDefault(key, Map.of()).values().stream().mapToInt(Set::size).sum();
	}

	/** The feeds and ranges that have a subscriber now. */
	public Set<FeedRange> subscribed() {
		return Set.copyOf(this.subscribers.keySet());
	}

}
