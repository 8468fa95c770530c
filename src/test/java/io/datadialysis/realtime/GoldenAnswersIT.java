package io.datadialysis.realtime;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import io.datadialysis.realtime.fixtures.GoldenData;
import io.datadialysis.realtime.fixtures.JsonEquality;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.WebSocketPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The answers of the system that this one replaces, on the same rows at the same instant.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GoldenAnswersIT {

	/** Null in the reference; here it holds a status. */
	private static final String CIRCUIT_BREAKER = "/circuit_breaker";

	private final GoldenData golden;

	private final RealtimeServer server;

	GoldenAnswersIT() throws Exception {
		this.golden = GoldenData.read();
		Postgres.Database database = Postgres.shared().createDatabase();
		this.server = RealtimeServer.startWith(database, "--realtime.clock.fixed-at=" + this.golden.now(),
				"--realtime.update-interval=1s");
		GoldenData.load(database);
	}

	@BeforeAll
	void zoneIsNotUtc() {
		assertThat(ZoneId.systemDefault().getRules()).isNotEqualTo(ZoneId.of("UTC").getRules());
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	Stream<String> metricsAndCircuitBreaker() {
		return this.golden.rest()
			.propertyNames()
			.stream()
			.filter((name) -> name.startsWith("metrics-") || name.startsWith("circuit-breaker"));
	}

	@ParameterizedTest
	@MethodSource("metricsAndCircuitBreaker")
	void httpAnswersAreTheSame(String name) {
		JsonNode expected = this.golden.rest().get(name);
		JsonNode actual = this.server.getJson(expected.get("request").asString());
		assertThat(JsonEquality.differences(expected.get("body"), actual, Set.of(CIRCUIT_BREAKER))).isEmpty();
		assertThat(actual.has("circuit_breaker")).isEqualTo(name.startsWith("metrics-overview"));
	}

	@Test
	void thereAreGoldenAnswersForEveryFeedAndRange() {
		assertThat(metricsAndCircuitBreaker()).hasSize(3 * 4 + 1);
	}

	@Test
	void overviewSaysHowTheCircuitBreakerIs() {
		JsonNode circuitBreaker = this.server.getJson("/api/metrics/overview").get("circuit_breaker");
		assertThat(circuitBreaker.get("status").asString()).isEqualTo("closed");
		assertThat(circuitBreaker.get("failure_rate").asDouble()).isEqualTo(26.0 / 146);
	}

	@Test
	void aRangeThatDoesNotExistIsABadRequestThatNamesTheParameter() {
		JsonNode expected = this.golden.rest().get("bad-time-range");
		var response = this.server.get(expected.get("request").asString());
		assertThat(response.statusCode()).isIn(400, 422);
		assertThat(response.body()).contains("\"detail\":\"time_range '5y'").contains("5m to 90d");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1h", "24h", "7d", "30d" })
	void theFirstMessagesOfTheJsonWebSocketAreTheSame(String range) {
		try (WebSocketPeer peer = WebSocketPeer.connect(this.server.uri("ws", "/ws/realtime?time_range=" + range))) {
			List<String> differences = new ArrayList<>();
			for (JsonNode expected : this.golden.webSocket().get(range)) {
				JsonNode actual = peer.nextJson();
				differences.addAll(JsonEquality.differences(expected, actual,
						Set.of("/timestamp", "/server_time", "/data" + CIRCUIT_BREAKER)));
				assertThat(actual.get("timestamp").asString())
					.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}");
			}
			assertThat(differences).isEmpty();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "1h", "24h", "7d", "30d" })
	void stompCarriesTheSameMessages(String range) {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:" + range)) {
			List<String> topics = List.of("metrics", "security", "performance", "circuit-breaker");
			for (int i = 0; i < topics.size(); i++) {
				peer.subscribe("s" + i, "/topic/" + topics.get(i));
				JsonNode expected = this.golden.webSocket().get(range).get(i + 1);
				assertThat(JsonEquality.differences(expected, peer.nextMessage("s" + i).json(),
						Set.of("/timestamp", "/data" + CIRCUIT_BREAKER)))
					.isEmpty();
			}
		}
	}

	@Test
	void theNewFieldsSayWhenTheNumbersAreFrom() {
		try (StompPeer peer = StompPeer.connect(this.server)) {
			peer.subscribe("s", "/topic/metrics");
			JsonNode message = peer.nextMessage("s").json();
			assertThat(message.get("as_of").asString()).isEqualTo(this.golden.now().toString());
			assertThat(message.get("stale").asBoolean()).isFalse();
			assertThat(message.get("epoch").asLong()).isPositive();
			long first = message.get("sequence").asLong();
			assertThat(peer.nextMessage("s").json().get("sequence").asLong()).isGreaterThan(first);
		}
	}

}
