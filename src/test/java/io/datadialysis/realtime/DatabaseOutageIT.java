package io.datadialysis.realtime;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.WebSocketPeer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * PostgreSQL goes away, hangs, or was never there: the server stays up, says so, and
 * recovers by itself.
 */
class DatabaseOutageIT {

	private static final String[] IMPATIENT = { "--realtime.update-interval=300ms",
			"--spring.datasource.hikari.connection-timeout=1000", "--spring.datasource.hikari.validation-timeout=900",
			"--realtime.database.retry-interval=200ms" };

	@Test
	void stoppedUnderTheServerAndStartedAgain() {
		try (Postgres postgres = Postgres.start();
				RealtimeServer server = RealtimeServer.startWith(postgres.createDatabase(), IMPATIENT);
				StompPeer stomp = StompPeer.connect(server);
				WebSocketPeer plain = WebSocketPeer.connect(server.uri("ws", "/ws/realtime"))) {
			stomp.subscribe("s", "/topic/metrics");
			JsonNode live = nextUpdate(stomp, false);
			await().until(() -> server.getJson("/api/health").get("status").asString().equals("healthy"));

			postgres.stop();

			JsonNode stale = nextUpdate(stomp, true);
			assertThat(Instant.parse(stale.get("as_of").asString()))
				.isAfterOrEqualTo(Instant.parse(live.get("as_of").asString()));
			assertThat(stale.get("data")).isEqualTo(live.get("data"));
			JsonNode error = stomp.nextFrame((frame) -> isError(frame.json())).json();
			assertThat(error.get("error_type").asString()).isEqualTo("database_unavailable");
			assertThat(error.get("error").asString()).doesNotContain("jdbc", "127.0.0.1", "Exception");
			plain.nextJson((message) -> message.path("stale").asBoolean(false));
			plain.nextJson(DatabaseOutageIT::isError);
			assertThatATickIsOneErrorForAClientThatReadsAllFeeds(plain);
			assertUnhealthyButUp(server);
			assertThatANewcomerIsToldToo(server);

			postgres.startAgain();

			JsonNode again = nextUpdate(stomp, false);
			assertThat(again.get("sequence").asLong()).isGreaterThan(stale.get("sequence").asLong());
			plain.nextJson((message) -> message.has("stale") && !message.get("stale").asBoolean());
			await().until(() -> server.getJson("/api/health").get("status").asString().equals("healthy"));
			assertThat(server.get("/api/metrics/overview").statusCode()).isEqualTo(200);
		}
	}

	/**
	 * Four feeds fail for one reason: a client that reads all four is told once, and each
	 * of them is stale.
	 */
	private static void assertThatATickIsOneErrorForAClientThatReadsAllFeeds(WebSocketPeer plain) {
		for (int i = 0; i < 3; i++) {
			Set<String> updates = new HashSet<>();
			JsonNode message = plain.nextJson();
			while (!isError(message)) {
				updates.add(message.get("type").asString());
				message = plain.nextJson();
			}
			assertThat(updates).hasSize(4);
		}
	}

	private static void assertUnhealthyButUp(RealtimeServer server) {
		await().until(() -> server.getJson("/api/health").get("status").asString().equals("unhealthy"));
		HttpResponse<String> health = server.get("/api/health");
		assertThat(health.statusCode()).isEqualTo(200);
		assertThat(health.body()).contains("\"disconnected\"").contains("\"response_time_ms\":null");
		for (String path : List.of("security", "overview?time_range=36h", "series?metric=latency")) {
			HttpResponse<String> metrics = server.get("/api/metrics/" + path);
			assertThat(metrics.statusCode()).as(path).isEqualTo(503);
			assertThat(metrics.headers().firstValue("Retry-After")).isPresent();
			assertThat(metrics.body()).contains("\"detail\":\"The database can't be reached");
		}
		assertThat(server.get("/actuator/health").statusCode()).isEqualTo(503);
		assertThat(server.get("/actuator/health/liveness").statusCode()).isEqualTo(200);
		assertThat(server.get("/").statusCode()).isEqualTo(200);
	}

	private static void assertThatANewcomerIsToldToo(RealtimeServer server) {
		try (StompPeer newcomer = StompPeer.connect(server)) {
			newcomer.subscribe("known", "/topic/metrics");
			assertThat(newcomer.nextMessage("known").json().get("stale").asBoolean()).isTrue();
			newcomer.subscribe("unknown", "/topic/security.30d");
			assertThat(isError(newcomer.nextMessage("unknown").json())).isTrue();
		}
	}

	@Test
	void hangingInALockIsStaleWithinATickAndNotAnError500() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database, IMPATIENT);
				StompPeer stomp = StompPeer.connect(server)) {
			stomp.subscribe("s", "/topic/metrics");
			nextUpdate(stomp, false);
			try (Connection holder = database.connect(); Statement statement = holder.createStatement()) {
				holder.setAutoCommit(false);
				statement.execute("LOCK TABLE public.audit_log IN ACCESS EXCLUSIVE MODE");
				nextUpdate(stomp, true);
				JsonNode error = stomp.nextFrame((frame) -> isError(frame.json())).json();
				assertThat(error.get("error_type").asString()).isEqualTo("database_slow");
				assertThat(server.getJson("/api/health").get("status").asString()).isEqualTo("degraded");
				holder.rollback();
			}
			nextUpdate(stomp, false);
		}
	}

	@Test
	void aTableThatIsLockedHoldsUpOnlyTheFeedsThatReadItAndNoClientIsThrownOut() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database, IMPATIENT);
				StompPeer stomp = StompPeer.connect(server)) {
			stomp.subscribe("metrics", "/topic/metrics");
			stomp.subscribe("performance", "/topic/performance");
			stomp.subscribe("breaker", "/topic/circuit-breaker");
			nextUpdate(stomp, false);
			try (Connection holder = database.connect(); Statement statement = holder.createStatement()) {
				holder.setAutoCommit(false);
				statement.execute("LOCK TABLE public.logs IN ACCESS EXCLUSIVE MODE");
				for (int i = 0; i < 3; i++) { // the blocked feed goes on speaking, too
					stomp.nextFrame((frame) -> frame.header("subscription").equals("metrics") && isStale(frame.json()));
				}
				// A change of range is answered although half of it can't be computed.
				stomp.changeRange("7d", "receipt:moved");
				stomp.nextFrame((frame) -> frame.header("receipt-id").equals("moved"));
				for (String healthy : List.of("performance", "breaker", "performance", "breaker")) {
					assertThat(isStale(stomp.nextMessage(healthy).json())).as(healthy).isFalse();
				}
				assertThat(server.get("/api/circuit-breaker/status").statusCode()).isEqualTo(200);
				assertThat(server.get("/actuator/prometheus").body())
					.containsPattern("realtime_snapshot_stale_total\\{.*feed=\"metrics\".*reason=\"database_slow\"");
				assertThat(server.get("/api/metrics/overview?time_range=30d").statusCode()).isEqualTo(503);
				holder.rollback();
			}
			stomp.nextFrame((frame) -> frame.header("subscription").equals("metrics") && !isError(frame.json())
					&& !isStale(frame.json()));
		}
	}

	private static boolean isStale(JsonNode message) {
		return message.path("stale").asBoolean(false);
	}

	@Test
	void downAtTheStartTheServerComesUpAndMigratesWhenTheDatabaseIsThere() {
		try (Postgres postgres = Postgres.start()) {
			Postgres.Database database = postgres.createDatabase();
			postgres.stop();
			try (RealtimeServer server = RealtimeServer.startWith(database, IMPATIENT);
					StompPeer stomp = StompPeer.connect(server)) {
				JsonNode health = server.getJson("/api/health");
				assertThat(health.get("status").asString()).isEqualTo("unhealthy");
				assertThat(health.get("schema").asString()).isEqualTo("pending");
				stomp.subscribe("s", "/topic/metrics");
				assertThat(isError(stomp.nextMessage("s").json())).isTrue();

				postgres.startAgain();

				assertThat(nextUpdate(stomp, false).at("/data/ingestions/total").asInt()).isZero();
				await().until(() -> server.getJson("/api/health").get("status").asString().equals("healthy"));
				assertThat(server.getJson("/api/health").get("schema").asString()).isEqualTo("ready");
			}
		}
	}

	private static JsonNode nextUpdate(StompPeer peer, boolean stale) {
		return peer
			.nextFrame((frame) -> frame.command().equals("MESSAGE") && frame.json().has("stale")
					&& frame.json().get("stale").asBoolean() == stale)
			.json();
	}

	private static boolean isError(JsonNode message) {
		return message.get("type").asString().equals("error");
	}

}
