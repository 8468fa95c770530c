package io.datadialysis.realtime;

import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Bad input over STOMP: a clear sentence, and nobody else is harmed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StompRefusalsIT {

	private static final String ALLOWED = "1h, 6h, 24h, 7d, 30d";

	private final RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(),
			"--realtime.update-interval=200ms");

	private final StompPeer bystander = StompPeer.connect(this.server);

	StompRefusalsIT() {
		this.bystander.subscribe("bystander", "/topic/metrics");
	}

	@AfterEach
	void theBystanderIsUnharmedAndNothingIsLeft() {
		this.bystander.nextMessage("bystander");
		while (this.bystander.poll() != null) {
			// taken, so that what the next test waits for is fresh
		}
		this.bystander.nextMessage("bystander");
		await().until(() -> this.server.bean(FeedSubscriptions.class).count() == 1);
	}

	@AfterAll
	void stop() {
		this.bystander.close();
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5y", "-1h", "24h'; drop table audit_log", "", "24H", "１h" })
	void aBadRangeAtRuntimeIsAnsweredAndChangesNothing(String range) {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:7d")) {
			peer.subscribe("errors", "/user/queue/errors");
			peer.subscribe("s", "/topic/metrics");
			peer.frame("SEND", "{\"time_range\":\"" + range + "\"}", "destination:/app/time-range", "receipt:r");
			StompPeer.Frame error = peer.nextMessage("errors");
			assertThat(error.header("destination")).isEqualTo("/user/queue/errors");
			assertThat(error.json().get("type").asString()).isEqualTo("error");
			assertThat(error.json().get("error_type").asString()).isEqualTo("invalid_time_range");
			assertThat(error.json().get("error").asString()).contains("time_range").contains(ALLOWED);
			assertThat(peer.nextFrame((frame) -> frame.command().equals("RECEIPT")).header("receipt-id"))
				.isEqualTo("r");
			assertThat(peer.nextMessage("s").json().at("/data/time_range").asString()).isEqualTo("7d");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "{", "7d", "null", "[]", "{\"time_range\":7}", "{\"range\":\"7d\"}",
			"{\"time_range\":null}", "\u0001" })
	void brokenJsonAtRuntimeIsAnsweredAndChangesNothing(String body) {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:7d")) {
			peer.subscribe("errors", "/user/queue/errors");
			peer.frame("SEND", body, "destination:/app/time-range", "content-type:text/nonsense", "receipt:r");
			JsonNode error = peer.nextMessage("errors").json();
			assertThat(error.get("error").asString()).contains("time_range").contains(ALLOWED);
			peer.nextFrame((frame) -> frame.command().equals("RECEIPT"));
			peer.subscribe("s", "/topic/metrics");
			assertThat(peer.nextMessage("s").json().at("/data/time_range").asString()).isEqualTo("7d");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "5y", "-1h", "24h'; drop table audit_log" })
	void aBadRangeOnConnectIsAnErrorAndTheEnd(String range) {
		try (StompPeer peer = StompPeer.open(this.server)) {
			peer.frame("CONNECT", "", "accept-version:1.2", "time-range:" + range);
			assertRefused(peer, ALLOWED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "5y", "-1h", "24h'; drop table audit_log" })
	void aBadRangeOnSubscribeIsAnErrorAndTheEnd(String range) {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/metrics", "time-range:" + range);
			assertRefused(peer, ALLOWED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/topic/metrics.5y", "/topic/metrics.", "/topic/circuit-breaker.-1h" })
	void aBadRangeInADestinationIsAnErrorAndTheEnd(String destination) {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", destination);
			assertRefused(peer, ALLOWED);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/topic/**", "/topic/*", "/topic/nothing", "/topic/metricsx", "/topic/", "metrics",
			"/queue/errors", "/queue/errors-user1", "/user/somebody/queue/errors", "/user/queue/other",
			"/app/time-range" })
	void anUnknownDestinationIsRefusedWithWhatExists(String destination) {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.frame("SUBSCRIBE", "", "id:s", "destination:" + destination, "receipt:r");
			StompPeer.Frame error = assertRefused(peer, "/topic/metrics, /topic/security");
			assertThat(error.header("message")).contains("/user/queue/errors");
			assertThat(error.header("receipt-id")).isEqualTo("r");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/topic/metrics", "/topic/metrics.24h", "/queue/errors", "/user/queue/errors",
			"/user/somebody/queue/errors", "/app/other", "/app", "" })
	void aClientCanSendNowhereElse(String destination) {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.frame("SEND", "{\"forged\":true}", "destination:" + destination);
			assertRefused(peer, "/app/time-range");
		}
		assertThat(this.bystander.nextMessage("bystander").body()).doesNotContain("forged");
	}

	@Test
	void aFrameBeforeConnectIsRefused() {
		try (StompPeer peer = StompPeer.open(this.server)) {
			peer.subscribe("s", "/topic/metrics");
			assertRefused(peer, "first frame must be CONNECT");
		}
	}

	@Test
	void aSecondConnectIsRefused() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.frame("CONNECT", "", "accept-version:1.2");
			assertRefused(peer, "CONNECT comes once");
		}
	}

	@Test
	void anUnknownVersionIsRefused() {
		try (StompPeer peer = StompPeer.open(this.server)) {
			peer.frame("CONNECT", "", "accept-version:9.9");
			assertRefused(peer, "1.0, 1.1 and 1.2");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "abc,def", ",", "10000", "-1,0", "99999999999999999999,0", "0,9223372036854775807" })
	void aHeartbeatThatIsNoneIsRefused(String heartbeat) {
		try (StompPeer peer = StompPeer.open(this.server)) {
			peer.frame("CONNECT", "", "accept-version:1.2", "heart-beat:" + heartbeat);
			assertRefused(peer, "heart-beat must be two numbers");
		}
	}

	@Test
	void theSameSubscriptionIdTwiceIsRefused() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("twice", "/topic/metrics");
			peer.subscribe("twice", "/topic/security");
			assertRefused(peer, "'twice'");
		}
	}

	@Test
	void theIdOfTheErrorQueueIsTakenToo() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("twice", "/user/queue/errors", "receipt:r");
			peer.nextFrame((frame) -> frame.header("receipt-id").equals("r"));
			peer.subscribe("twice", "/topic/security");
			assertRefused(peer, "'twice'");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "BEGIN", "COMMIT", "ABORT", "ACK", "NACK" })
	void whatIsNotSupportedIsRefusedInWords(String command) {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.frame(command, "", "transaction:t", "id:1", "message-id:1", "subscription:1");
			assertRefused(peer, "not supported");
		}
	}

	@Test
	void nonsenseIsRefusedWithoutItsInternals() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.send("GET / HTTP/1.1\nhost:x\n\n\0");
			StompPeer.Frame error = assertRefused(peer, "not a STOMP frame");
			assertThat(error.headers().values()).noneMatch((value) -> value.contains("Exception"));
			assertThat(error.body()).isEmpty();
		}
	}

	@Test
	void aSelectorIsNeverEvaluated() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/metrics",
					"selector:T(java.lang.System).setProperty('selector.was.evaluated'\\c'true') == null");
			assertThat(peer.nextMessage("s").json().get("type").asString()).isEqualTo("metrics_update");
			assertThat(peer.nextMessage("s").json().get("type").asString()).isEqualTo("metrics_update");
			assertThat(System.getProperty("selector.was.evaluated")).isNull();
		}
	}

	@Test
	void aFrameOverTheLimitIsClosedWith1009() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.frame("SEND", "x".repeat(70_000), "destination:/app/time-range");
			assertThat(peer.closeCode()).isEqualTo(1009);
		}
	}

	@Test
	void aFrameInPartsThatGrowsOverTheLimitIsRefused() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.send("SEND\ndestination:/app/time-range\n\n");
			for (int i = 0; i < 4; i++) { // the last one is one too many; nothing is sent
											// after it
				peer.send("x".repeat(20_000));
			}
			assertRefused(peer, "larger than the server takes");
		}
	}

	private static StompPeer.Frame assertRefused(StompPeer peer, String sentence) {
		StompPeer.Frame error = peer.nextFrame((frame) -> !frame.command().equals("MESSAGE"));
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.header("message")).contains(sentence).doesNotContain("Exception");
		assertThat(peer.closeCode()).isEqualTo(1002);
		return error;
	}

}
