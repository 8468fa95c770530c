package io.datadialysis.realtime;

import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;

import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.WebSocketPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * The plain JSON WebSocket, and that it, native STOMP and SockJS live side by side under
 * one path.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JsonWebSocketIT {

	private static final List<String> KINDS = List.of("metrics_update", "security_metrics_update",
			"performance_metrics_update", "circuit_breaker_update");

	private final RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(),
			"--realtime.update-interval=300ms");

	@AfterEach
	void nothingIsLeft() {
		await().until(() -> this.server.bean(FeedSubscriptions.class).count() == 0);
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void everyKindComesAtOnceAndAgainAtEveryTickInTheSameOrder() {
		try (WebSocketPeer peer = connect("")) {
			assertThat(type(peer.nextJson())).isEqualTo("connection");
			for (int tick = 0; tick < 3; tick++) {
				List<String> kinds = new ArrayList<>();
				for (int i = 0; i < KINDS.size(); i++) {
					kinds.add(type(peer.nextJson()));
				}
				assertThat(kinds).isEqualTo(KINDS);
			}
		}
	}

	@Test
	void theRangeChangesAtRuntimeAndNothingOldFollows() {
		try (WebSocketPeer peer = connect("?time_range=1h")) {
			assertThat(range(peer.nextJson((message) -> type(message).equals("metrics_update")))).isEqualTo("1h");
			peer.send("{\"type\":\"set_time_range\",\"time_range\":\"30d\"}");
			peer.nextJson((message) -> type(message).equals("metrics_update") && range(message).equals("30d"));
			for (int i = 0; i < 3; i++) {
				assertThat(range(peer.nextJson((message) -> type(message).equals("metrics_update")))).isEqualTo("30d");
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "5y", "", "24h%27;drop%20table", "%00" })
	void aBadRangeInTheAddressOpensWithAnErrorAndTheDefault(String range) {
		try (WebSocketPeer peer = connect("?time_range=" + range)) {
			assertThat(type(peer.nextJson())).isEqualTo("connection");
			JsonNode error = peer.nextJson();
			assertThat(type(error)).isEqualTo("error");
			assertThat(error.get("error_type").asString()).isEqualTo("invalid_time_range");
			assertThat(error.get("error").asString()).contains("1h, 6h, 24h, 7d, 30d").contains("24h");
			assertThat(range(peer.nextJson())).isEqualTo("24h");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "{\"type\":\"set_time_range\",\"time_range\":\"5y\"}", "{\"type\":\"set_time_range\"}",
			"{\"type\":\"set_time_range\",\"time_range\":[]}", "{\"type\":\"hello\"}", "{", "", "[]", "null", "24h" })
	void aBadMessageIsAnsweredAndChangesNothing(String message) {
		try (WebSocketPeer peer = connect("?time_range=7d")) {
			peer.send(message);
			JsonNode error = peer.nextJson((received) -> type(received).equals("error"));
			assertThat(error.get("error").asString()).contains("1h, 6h, 24h, 7d, 30d").doesNotContain("Exception");
			assertThat(range(peer.nextJson((received) -> type(received).equals("metrics_update")))).isEqualTo("7d");
			assertThat(range(peer.nextJson((received) -> type(received).equals("metrics_update")))).isEqualTo("7d");
		}
	}

	@Test
	void aMessageOverTheLimitIsClosedWith1009() {
		try (WebSocketPeer peer = connect("")) {
			peer.send("x".repeat(70_000));
			assertThat(peer.closeCode()).isEqualTo(1009);
		}
	}

	@Test
	void nativeStompSockJsAndPlainJsonAllOpen() {
		try (WebSocketPeer plain = connect("");
				StompPeer nativeStomp = StompPeer.connect(this.server);
				WebSocketPeer sockJs = WebSocketPeer.connect(this.server.uri("ws", "/ws/000/session1/websocket"))) {
			assertThat(type(plain.nextJson())).isEqualTo("connection");
			nativeStomp.subscribe("s", "/topic/metrics");
			assertThat(nativeStomp.nextMessage("s").json().get("type").asString()).isEqualTo("metrics_update");
			assertThat(sockJs.next()).isEqualTo("o");
			sockJs.send("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
			assertThat(sockJs.next()).startsWith("a[\"CONNECTED\\nversion:1.2\\n");
			sockJs.send("[\"SUBSCRIBE\\nid:s\\ndestination:/topic/metrics\\n\\n\\u0000\"]");
			assertThat(sockJs.next()).startsWith("a[\"MESSAGE\\n").contains("metrics_update");
		}
		assertThat(this.server.get("/ws/info").body()).contains("\"websocket\":true");
	}

	@Test
	void aSockJsSessionCanNotBeTakenOver() {
		try (WebSocketPeer first = WebSocketPeer.connect(this.server.uri("ws", "/ws/000/mine/websocket"))) {
			assertThat(first.next()).isEqualTo("o");
			first.send("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
			assertThat(first.next()).startsWith("a[\"CONNECTED");
			assertThatException()
				.isThrownBy(() -> WebSocketPeer.connect(this.server.uri("ws", "/ws/111/mine/websocket")).close())
				.havingRootCause()
				.withMessageContaining("404");
			first.send("[\"SUBSCRIBE\\nid:s\\ndestination:/topic/metrics\\n\\n\\u0000\"]");
			assertThat(first.next()).startsWith("a[\"MESSAGE");
		}
	}

	@Test
	void aBodyOverTheLimitIsRefused() {
		HttpRequest tooLarge = HttpRequest.newBuilder(this.server.uri("http", "/ws/000/large/xhr_send"))
			.POST(HttpRequest.BodyPublishers.ofString("[\"" + "x".repeat(200_000) + "\"]"))
			.build();
		assertThat(RealtimeServer.send(tooLarge).statusCode()).isEqualTo(413);
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "/ws/info", "/ws/000/session2/xhr_streaming", "/ws/000/session2/xhr", "/ws/000/s/xhr_send" })
	void anotherSitesPageIsRefused(String path) {
		HttpRequest request = HttpRequest.newBuilder(this.server.uri("http", path))
			.header("Origin", "https://elsewhere.example")
			.method(path.endsWith("info") ? "GET" : "POST", HttpRequest.BodyPublishers.noBody())
			.build();
		assertThat(RealtimeServer.send(request).statusCode()).isEqualTo(403);
	}

	private WebSocketPeer connect(String query) {
		URI uri = this.server.uri("ws", "/ws/realtime" + query);
		return WebSocketPeer.connect(uri);
	}

	private static String type(JsonNode message) {
		return message.get("type").asString();
	}

	private static String range(JsonNode message) {
		return message.at("/data/time_range").asString();
	}

}
