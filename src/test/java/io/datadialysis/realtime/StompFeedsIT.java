package io.datadialysis.realtime;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What STOMP clients get, over real sockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StompFeedsIT {

	private final Postgres.Database database = Postgres.shared().createDatabase();

	private final RealtimeServer server = RealtimeServer.startWith(this.database, "--realtime.update-interval=400ms");

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void everyTickIsPublishedChangedOrNot() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/performance");
			long sequence = 0;
			for (int i = 0; i < 4; i++) {
				JsonNode message = peer.nextMessage("s").json();
				assertThat(message.get("sequence").asLong()).isGreaterThan(sequence);
				sequence = message.get("sequence").asLong();
			}
		}
	}

	@Test
	void messagesCarryTheHeadersThatStompAsksFor() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("my-id", "/topic/metrics.7d");
			StompPeer.Frame message = peer.nextMessage("my-id");
			assertThat(message.header("destination")).isEqualTo("/topic/metrics.7d");
			assertThat(message.header("subscription")).isEqualTo("my-id");
			assertThat(message.header("content-type")).isEqualTo("application/json");
			assertThat(message.header("content-length"))
				.isEqualTo(String.valueOf(message.body().getBytes(StandardCharsets.UTF_8).length));
			assertThat(message.header("message-id")).isNotEmpty()
				.isNotEqualTo(peer.nextMessage("my-id").header("message-id"));
		}
	}

	@Test
	void twoClientsWithDifferentRangesGetDifferentNumbers() throws SQLException {
		insertEvent("two-ranges", Duration.ofHours(5));
		try (StompPeer hour = StompPeer.connect(this.server, "time-range:1h");
				StompPeer day = StompPeer.connect(this.server, "time-range:24h")) {
			hour.subscribe("s", "/topic/security");
			day.subscribe("s", "/topic/security");
			JsonNode inHour = hour.nextMessage("s").json().get("data");
			JsonNode inDay = day.nextMessage("s").json().get("data");
			assertThat(inHour.get("time_range").asString()).isEqualTo("1h");
			assertThat(inDay.get("time_range").asString()).isEqualTo("24h");
			assertThat(inHour.at("/audit_events/by_type").has("two-ranges")).isFalse();
			assertThat(inDay.at("/audit_events/by_type/two-ranges").asInt()).isEqualTo(1);
		}
	}

	@Test
	void theRangeOfASubscriptionWinsOverTheSessions() {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:1h")) {
			peer.subscribe("own", "/topic/metrics", "time-range:30d");
			peer.subscribe("suffix", "/topic/metrics.7d");
			peer.subscribe("session", "/topic/metrics");
			assertThat(range(peer.nextMessage("own"))).isEqualTo("30d");
			assertThat(range(peer.nextMessage("suffix"))).isEqualTo("7d");
			assertThat(range(peer.nextMessage("session"))).isEqualTo("1h");
			peer.changeRange("24h", "receipt:r");
			peer.nextFrame((frame) -> frame.header("receipt-id").equals("r"));
			assertThat(range(peer.nextMessage("own"))).isEqualTo("30d");
			assertThat(range(peer.nextMessage("suffix"))).isEqualTo("7d");
			assertThat(range(peer.nextMessage("session"))).isEqualTo("24h");
		}
	}

	@Test
	void afterAChangeOfRangeTheNewSnapshotsComeBeforeTheReceiptAndNothingOldAfterThem() {
		String[] ranges = { "1h", "7d", "30d", "24h", "1h", "30d", "7d" };
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("metrics", "/topic/metrics");
			peer.subscribe("security", "/topic/security");
			for (String range : ranges) {
				peer.changeRange(range, "receipt:to-" + range);
				List<StompPeer.Frame> frames = new ArrayList<>();
				StompPeer.Frame frame = peer.nextFrame();
				while (!frame.command().equals("RECEIPT")) {
					frames.add(frame);
					frame = peer.nextFrame();
				}
				assertThat(frame.header("receipt-id")).isEqualTo("to-" + range);
				for (String subscription : List.of("metrics", "security")) {
					List<String> seen = frames.stream()
						.filter((message) -> message.header("subscription").equals(subscription))
						.map(StompFeedsIT::range)
						.toList();
					assertThat(seen).as("%s on the way to %s", subscription, range).contains(range);
					assertThat(seen.subList(seen.indexOf(range), seen.size())).containsOnly(range);
				}
				assertThat(range(peer.nextMessage("metrics"))).isEqualTo(range);
			}
		}
	}

	@Test
	void rapidSwitchingEndsAtTheNewestChoiceAndNothingOlderFollowsIt() {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:7d")) {
			peer.subscribe("s", "/topic/metrics");
			for (int i = 0; i < 30; i++) {
				peer.changeRange((i % 2 == 0) ? "24h" : "30d");
			}
			peer.changeRange("1h", "receipt:last");
			boolean seenNewest = false;
			for (int i = 0; i < 3; i++) {
				StompPeer.Frame frame = peer.nextFrame();
				while (!frame.command().equals("RECEIPT") && !seenNewest) {
					seenNewest = range(frame).equals("1h");
					frame = peer.nextFrame();
				}
				if (frame.command().equals("MESSAGE")) {
					assertThat(range(frame)).isEqualTo("1h");
				}
			}
			assertThat(seenNewest).isTrue();
		}
	}

	@Test
	void circuitBreakerIsTheSameAtAnyRange() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("plain", "/topic/circuit-breaker");
			peer.subscribe("week", "/topic/circuit-breaker.7d");
			JsonNode plain = peer.nextMessage("plain").json();
			assertThat(plain.get("type").asString()).isEqualTo("circuit_breaker_update");
			StompPeer.Frame week = peer.nextMessage("week");
			assertThat(week.header("destination")).isEqualTo("/topic/circuit-breaker.7d");
			assertThat(week.json().get("data").propertyNames()).isEqualTo(plain.get("data").propertyNames());
			assertThat(this.server.bean(FeedSubscriptions.class).watched())
				.contains(new FeedRange(Feed.CIRCUIT_BREAKER, TimeRange.HOUR))
				.filteredOn((key) -> key.feed() == Feed.CIRCUIT_BREAKER)
				.hasSize(1);
		}
	}

	@Test
	void aRowThatAnyWriterInsertsIsInTheNextTick() throws SQLException {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/security");
			assertThat(peer.nextMessage("s").json().at("/data/audit_events/by_type").has("fresh-row")).isFalse();
			insertEvent("fresh-row", Duration.ZERO);
			// The tick that is under way may have read before the insert; the one after
			// it has not.
			boolean inNext = hasType(peer.nextMessage("s"), "fresh-row");
			assertThat(inNext || hasType(peer.nextMessage("s"), "fresh-row")).isTrue();
		}
	}

	@Test
	void manyClientsCostNoMoreThanOne() {
		try (RealtimeServer quiet = RealtimeServer.startWith(this.database, "--realtime.update-interval=500ms")) {
			List<StompPeer> peers = new ArrayList<>();
			try {
				for (int i = 0; i < 25; i++) {
					peers.add(StompPeer.connect(quiet, "time-range:30d"));
					peers.getLast().subscribe("s", "/topic/performance");
				}
				long first = sequence(peers.getFirst().nextMessage("s"));
				long last = first;
				while (last < first + 5) {
					last = sequence(peers.getFirst().nextMessage("s"));
				}
				for (StompPeer peer : peers) {
					while (sequence(peer.nextMessage("s")) < last) {
						// catching up with the first
					}
				}
				// Each computation has its own sequence: as many were made as one client
				// has seen, or a tick more by now.
				long computed = Objects
					.requireNonNull(quiet.bean(MeterRegistry.class)
						.find("realtime.snapshot.compute")
						.tags("feed", "performance", "range", "30d", "outcome", "success")
						.timer())
					.count();
				assertThat(computed).isBetween(last, last + 2);
			}
			finally {
				peers.forEach(StompPeer::close);
			}
		}
	}

	private static long sequence(StompPeer.Frame message) {
		return message.json().get("sequence").asLong();
	}

	@Test
	void nobodyComputesWhatNobodyWatches() {
		FeedRange key = new FeedRange(Feed.PERFORMANCE, TimeRange.MONTH);
		FeedSubscriptions subscriptions = this.server.bean(FeedSubscriptions.class);
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/performance.30d");
			peer.nextMessage("s");
			assertThat(subscriptions.watched()).contains(key);
			peer.frame("UNSUBSCRIBE", "", "id:s", "receipt:gone");
			peer.nextFrame((frame) -> frame.header("receipt-id").equals("gone"));
			await().until(() -> !subscriptions.watched().contains(key));
		}
	}

	@Test
	void nothingComesAfterUnsubscribing() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("leaving", "/topic/metrics");
			peer.subscribe("staying", "/topic/metrics");
			peer.nextMessage("staying");
			peer.frame("UNSUBSCRIBE", "", "id:leaving", "receipt:gone");
			peer.nextFrame((frame) -> frame.header("receipt-id").equals("gone"));
			for (int i = 0; i < 4; i++) {
				assertThat(peer.nextFrame().header("subscription")).isEqualTo("staying");
			}
		}
	}

	@Test
	void heartbeatsAreAgreedOnAndSent() {
		try (StompPeer peer = StompPeer.open(this.server)) {
			peer.frame("CONNECT", "", "accept-version:1.1,1.2", "heart-beat:0,5000");
			StompPeer.Frame connected = peer.nextFrame();
			assertThat(connected.header("version")).isEqualTo("1.2");
			assertThat(connected.header("heart-beat")).isEqualTo("10000,0");
			assertThat(peer.next()).isEqualTo("\n");
		}
	}

	@Test
	void leavingTheErrorQueueIsConfirmedOnce() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("e", "/user/queue/errors", "receipt:in");
			assertThat(peer.nextFrame().header("receipt-id")).isEqualTo("in");
			peer.frame("UNSUBSCRIBE", "", "id:e", "destination:/user/queue/errors", "receipt:out");
			assertThat(peer.nextFrame().header("receipt-id")).isEqualTo("out");
			peer.subscribe("s", "/topic/metrics");
			assertThat(peer.nextFrame().command()).isEqualTo("MESSAGE");
		}
	}

	@Test
	void disconnectIsConfirmedAndLeavesNothingBehind() {
		FeedSubscriptions subscriptions = this.server.bean(FeedSubscriptions.class);
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/metrics.30d");
			peer.nextMessage("s");
			peer.frame("DISCONNECT", "", "receipt:bye");
			assertThat(peer.nextFrame((frame) -> frame.command().equals("RECEIPT")).header("receipt-id"))
				.isEqualTo("bye");
			assertThat(peer.closeCode()).isEqualTo(1000);
		}
		await().until(() -> !subscriptions.watched().contains(new FeedRange(Feed.OVERVIEW, TimeRange.MONTH)));
	}

	private static boolean hasType(StompPeer.Frame message, String type) {
		return message.json().at("/data/audit_events/by_type").has(type);
	}

	private static String range(StompPeer.Frame message) {
		return message.json().at("/data/time_range").asString();
	}

	private void insertEvent(String type, Duration ago) throws SQLException {
		try (Connection connection = this.database.connect();
				PreparedStatement insert = connection.prepareStatement(
						"INSERT INTO audit_log (audit_id, event_type, event_timestamp) VALUES (?, ?, ?)")) {
			insert.setString(1, type);
			insert.setString(2, type);
			insert.setObject(3, LocalDateTime.now(ZoneOffset.UTC).minus(ago));
			insert.executeUpdate();
		}
	}

}
