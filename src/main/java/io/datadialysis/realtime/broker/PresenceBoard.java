package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.TopicRanges;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** Tells operators who is connected: all at a look, and as metrics. */
@Component
public class PresenceBoard {

	/** Whoever reads takes what is sent within a moment. */
	private static final Duration SLOW = Duration.ofSeconds(1);

	private static final int MOST_SLOW = 100;

	private final Connections connections;

	private final FeedSubscriptions subscriptions;

	PresenceBoard(Connections connections, FeedSubscriptions subscriptions, TopicRanges ranges, MeterRegistry meters) {
		this.connections = connections;
		this.subscriptions = subscriptions;
		for (Transport transport : Transport.values()) {
			Gauge.builder("realtime.connections", () -> connections.count(transport))
				.tag("transport", transport.text())
				.description("Open connections")
				.register(meters);
		}
		for (Feed feed : Feed.values()) {
			List<TimeRange> offered = feed.isRanged() ? ranges.all() : List.of(feed.restDefault());
			for (TimeRange range : offered) {
				FeedRange key = new FeedRange(feed, range);
				Gauge.builder("realtime.subscriptions", () -> subscriptions.count(key))
					.tag("topic", feed.topic())
					.tag("range", range.text())
					.description("Subscriptions to a topic at a range")
					.register(meters);
			}
		}
	}

	/** Who is connected now. */
	public Presence now() {
		long now = System.nanoTime();
		Map<String, Integer> byTransport = new TreeMap<>();
		Map<String, Integer> byRange = new TreeMap<>();
		Map<String, Integer> byTopic = new TreeMap<>();
		for (Transport transport : Transport.values()) {
			byTransport.put(transport.text(), 0);
		}
		int total = 0;
		ClientConnection oldest = null;
		for (ClientConnection connection : this.connections.all()) {
			total++;
			byTransport.merge(connection.kind().text(), 1, Integer::sum);
			ClientSession session = connection.session();
			if (session != null) {
				byRange.merge(session.range().text(), 1, Integer::sum);
			}
			if (oldest == null || connection.openedNanoTime() - oldest.openedNanoTime() < 0) {
				oldest = connection;
			}
		}
		for (FeedRange key : this.subscriptions.subscribed()) {
			byTopic.put(key.feed().topic() + (key.feed().isRanged() ? "." + key.range().text() : ""),
					this.subscriptions.count(key));
		}
		return new Presence(total, byTransport, byRange, byTopic, slow(now), client(oldest, now));
	}

	private List<Presence.Client> slow(long now) {
		return this.connections.all()
			.stream()
			.filter((connection) -> connection.blockedNanos(now) > SLOW.toNanos())
			.map((connection) -> Presence.Client.of(connection, now))
			.sorted(Comparator.comparing(Presence.Client::unreadFor).reversed())
			.limit(MOST_SLOW)
			.toList();
	}

	private static Presence.@Nullable Client client(@Nullable ClientConnection connection, long now) {
		return (connection != null) ? Presence.Client.of(connection, now) : null;
	}

}
