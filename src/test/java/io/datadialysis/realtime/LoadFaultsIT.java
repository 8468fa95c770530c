package io.datadialysis.realtime;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import com.sun.management.UnixOperatingSystemMXBean;
import io.datadialysis.realtime.broker.ClientConnection;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RawSocket;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.WebSocketPeer;
import io.datadialysis.realtime.snapshot.Snapshot;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import org.springframework.messaging.simp.SimpMessagingTemplate;

import static java.lang.management.ManagementFactory.getOperatingSystemMXBean;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Many clients, too many, and those that do not read. */
class LoadFaultsIT {

	private static final String TOPIC = "/topic/metrics";

	private static final int BODY = 10_000;

	@Test
	void aFrozenReaderMissesWhatIsOldAndNobodyElseMissesAnything() {
		try (RealtimeServer server = quiet("--realtime.connections.send-buffer-size=8KB");
				RawSocket frozen = subscribed(RawSocket.smallWebSocket(server, "/ws"));
				RawSocket stomp = subscribed(RawSocket.webSocket(server, "/ws"));
				WebSocketPeer plain = WebSocketPeer.connect(server.uri("ws", "/ws/realtime"))) {
			plain.nextJson((message) -> message.path("type").asString().equals("circuit_breaker_update"));
			Publisher publisher = new Publisher(server);
			double sentBefore = metric(server, "realtime_broker_frames_sent_total");
			int published = 150;
			for (int n = 1; n <= published; n++) {
				publisher.publish(n);
				assertThat(number(stomp.nextFrame())).isEqualTo(n);
				assertThat(plain.nextJson().get("n").asInt()).isEqualTo(n);
			}
			await().until(() -> server.getJson("/api/connections").get("slow").size() == 1);
			JsonNode slow = server.getJson("/api/connections").get("slow").get(0);
			assertThat(slow.get("transport").asString()).isEqualTo("websocket");
			assertThat(slow.get("unread_seconds").asDouble()).isGreaterThan(1);
			double replaced = metric(server, "realtime_broker_frames_replaced_total");
			double sent = metric(server, "realtime_broker_frames_sent_total") - sentBefore;
			// What was sent to it and what was replaced is all there was, but for the one
			// that waits: there is no other backlog.
			double sentToFrozen = sent - 2.0 * published;
			assertThat(sentToFrozen + replaced + 1).isEqualTo(published);
			assertThat(replaced).isGreaterThan(published / 2.0);
			List<Integer> read = new ArrayList<>();
			while (read.isEmpty() || read.getLast() != published) {
				read.add(number(frozen.nextFrame()));
			}
			assertThat(read).isSorted().doesNotHaveDuplicates().hasSize((int) sentToFrozen + 1);
			publisher.publish(published + 1);
			assertThat(number(frozen.nextFrame())).isEqualTo(published + 1);
			await().until(() -> server.getJson("/api/connections").get("slow").isEmpty());
		}
	}

	@Test
	void aReaderThatStaysFrozenIsClosedAfterItsTimeAndNotBefore() {
		try (RealtimeServer server = quiet("--realtime.connections.send-buffer-size=8KB",
				"--realtime.connections.frozen-timeout=2s");
				RawSocket frozen = subscribed(RawSocket.smallWebSocket(server, "/ws"));
				RawSocket idle = subscribed(RawSocket.webSocket(server, "/ws"))) {
			Publisher publisher = new Publisher(server);
			long start = System.nanoTime();
			int n = 0;
			while (server.bean(Connections.class).count() == 2) {
				publisher.publish(++n);
				assertThat(number(idle.nextFrame())).isEqualTo(n);
			}
			assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.SECONDS.toNanos(2));
			assertThat(metric(server, "realtime_connections_closed_total{reason=\"frozen\"}")).isOne();
			frozen.awaitEnd();
			await().until(() -> server.bean(FeedSubscriptions.class).count() == 1);
			publisher.publish(++n);
			assertThat(number(idle.nextFrame())).isEqualTo(n);
		}
	}

	@Test
	void moreConnectionsThanAllowedAreTurnedAwayAndPagesAreServedAllTheSame() {
		try (RealtimeServer server = quiet("--realtime.connections.maximum=3");
				RawSocket stomp = RawSocket.stomp(server);
				WebSocketPeer plain = WebSocketPeer.connect(server.uri("ws", "/ws/realtime"))) {
			assertThat(plain.isOpen()).isTrue();
			RawSocket third = RawSocket.stomp(server);
			assertTurnedAway(server);
			assertThat(post(server, "/ws/000/full/xhr").statusCode()).isEqualTo(503);
			assertThat(post(server, "/ws/000/full/xhr").headers().firstValue("Retry-After")).hasValue("30");
			assertThat(metric(server, "realtime_connections_rejected_total{reason=\"full\"}")).isEqualTo(4);
			assertThat(server.get("/").statusCode()).isEqualTo(200);
			assertThat(server.getJson("/api/connections").get("total").asInt()).isEqualTo(3);
			subscribe(stomp);
			third.close();
			await().until(() -> server.bean(Connections.class).count() == 2);
			RawSocket.stomp(server).close();
		}
	}

	@Test
	void moreConnectionsThanAllowedFromOneAddressAreTurnedAway() {
		try (RealtimeServer server = quiet("--realtime.connections.maximum-per-address=1");
				RawSocket only = RawSocket.stomp(server)) {
			assertTurnedAway(server);
			assertThat(metric(server, "realtime_connections_rejected_total{reason=\"address_full\"}")).isEqualTo(2);
			assertThat(server.getJson("/api/health").get("status").asString()).isEqualTo("healthy");
			subscribe(only);
		}
	}

	@Test
	void moreHandshakesThanAllowedAreTurnedAwayAndLetInLater() {
		try (RealtimeServer server = quiet("--realtime.connections.handshakes-per-second=1")) {
			List<RawSocket> open = new ArrayList<>();
			int rejected = 0;
			while (rejected == 0) {
				RawSocket socket = RawSocket.open(server);
				open.add(socket);
				String head = socket.request("GET /ws HTTP/1.1", RawSocket.handshake());
				if (!head.startsWith("HTTP/1.1 101 ")) {
					assertThat(head).startsWith("HTTP/1.1 503 ").containsIgnoringCase("Retry-After: 2\r\n");
					rejected++;
				}
			}
			assertThat(server.get("/").statusCode()).isEqualTo(200);
			assertThat(metric(server, "realtime_connections_rejected_total{reason=\"too_fast\"}")).isOne();
			await().untilAsserted(() -> RawSocket.stomp(server).close());
			open.forEach(RawSocket::close);
		}
	}

	private static void assertTurnedAway(RealtimeServer server) {
		for (String path : List.of("/ws", "/ws/realtime")) {
			try (RawSocket socket = RawSocket.open(server)) {
				assertThat(socket.request("GET " + path + " HTTP/1.1", RawSocket.handshake()))
					.startsWith("HTTP/1.1 503 ")
					.containsIgnoringCase("Retry-After: 30\r\n");
			}
		}
	}

	@Test
	void thousandsThatComeBackAtOnceAskTheDatabaseNoMoreThanOneDoes() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		int clients = (int) Math.min(2000,
				(((UnixOperatingSystemMXBean) getOperatingSystemMXBean()).getMaxFileDescriptorCount() - 1000) / 3);
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.update-interval=1h",
				"--realtime.connections.maximum-per-address=100000",
				"--realtime.connections.handshakes-per-second=100000", "--logging.level.io.datadialysis=warn");
				ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
			database.execute("CREATE EXTENSION pg_stat_statements");
			await().until(() -> server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
			long before = queries(database);
			List<Future<RawSocket>> opening = new ArrayList<>();
			for (int i = 0; i < clients; i++) {
				opening.add(threads.submit(() -> {
					RawSocket socket = RawSocket.stomp(server);
					socket.subscribe("s", "/topic/performance");
					assertThat(socket.nextFrame().json().get("sequence").asLong()).isPositive();
					return socket;
				}));
			}
			for (Future<RawSocket> opened : opening) {
				opened.get().close();
			}
			assertThat(queries(database) - before).isEqualTo(1);
			await().until(() -> server.bean(Connections.class).count() == 0);
			await().until(() -> server.bean(FeedSubscriptions.class).count() == 0);
		}
	}

	private static long queries(Postgres.Database database) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("""
						SELECT coalesce(sum(calls), 0) FROM pg_stat_statements AS s
						  JOIN pg_database AS d ON d.oid = s.dbid AND d.datname = current_database()
						 WHERE toplevel AND query LIKE '%rollup_cover%'
						""")) {
			row.next();
			return row.getLong(1);
		}
	}

	@Test
	void whileTheServerSaysGoodbyeItIsNotReadyAndLetsNobodyIn() {
		RealtimeServer server = quiet();
		CompletableFuture<Void> stopped;
		try (RawSocket socket = RawSocket.stomp(server);
				RawSocket atTheDoor = RawSocket.open(server);
				RawSocket monitor = RawSocket.open(server)) {
			assertThat(monitor.request("GET /actuator/health/readiness HTTP/1.1", "Connection: keep-alive"))
				.startsWith("HTTP/1.1 200 ");
			ClientConnection connection = Objects.requireNonNull(server.bean(Connections.class).find("websocket-1"));
			// Who holds the lock of a connection keeps the server saying goodbye.
			synchronized (connection) {
				stopped = CompletableFuture.runAsync(server::close);
				await().until(server.bean(Connections.class)::isStopping);
				assertThat(server.get("/actuator/health/readiness").statusCode()).isEqualTo(503);
				assertThat(atTheDoor.request("GET /ws HTTP/1.1", RawSocket.handshake())).startsWith("HTTP/1.1 503 ")
					.containsIgnoringCase("Retry-After: 2\r\n");
			}
			// This client never answers the goodbye, and still the server ends.
			RawSocket.Received close = socket.nextClose();
			assertThat(close.closeCode()).isEqualTo(1012);
			assertThat(close.closeReason()).isEqualTo("The server restarts; come back in a moment.");
			socket.awaitEnd();
			assertThat(stopped).succeedsWithin(Duration.ofSeconds(60));
		}
	}

	@Test
	void operatorsSeeWhoIsConnectedByWhatAndToWhat() {
		try (RealtimeServer server = quiet()) {
			JsonNode nobody = server.getJson("/api/connections");
			assertThat(nobody.propertyNames()).containsExactlyInAnyOrder("total", "by_transport", "by_range",
					"by_topic", "slow", "oldest");
			assertThat(nobody.get("total").asInt()).isZero();
			assertThat(nobody.get("oldest").isNull()).isTrue();
			assertThat(nobody.get("by_transport").propertyNames()).containsExactlyInAnyOrder("json", "sockjs",
					"websocket");
			try (StompPeer week = StompPeer.connect(server, "time-range:7d");
					WebSocketPeer plain = WebSocketPeer.connect(server.uri("ws", "/ws/realtime?time_range=6h"));
					WebSocketPeer sockJs = WebSocketPeer.connect(server.uri("ws", "/ws/000/present/websocket"))) {
				week.subscribe("s", TOPIC);
				week.subscribe("own", "/topic/security.30d");
				week.nextMessage("own");
				plain.nextJson((message) -> message.path("type").asString().equals("circuit_breaker_update"));
				assertThat(sockJs.next()).isEqualTo("o");
				sockJs.send("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
				assertThat(sockJs.next()).startsWith("a[\"CONNECTED");
				JsonNode answer = server.getJson("/api/connections");
				assertThat(answer.get("total").asInt()).isEqualTo(3);
				for (String transport : List.of("json", "sockjs", "websocket")) {
					assertThat(answer.at("/by_transport/" + transport).asInt()).as(transport).isOne();
					assertThat(metric(server, "realtime_connections{transport=\"" + transport + "\"}")).isOne();
				}
				assertThat(answer.get("by_range").toString()).isEqualTo("{\"24h\":1,\"6h\":1,\"7d\":1}");
				assertThat(answer.get("by_topic").toString()).isEqualTo("{\"circuit-breaker\":1,\"metrics.6h\":1,"
						+ "\"metrics.7d\":1,\"performance.6h\":1,\"security.30d\":1,\"security.6h\":1}");
				assertThat(metric(server, "realtime_subscriptions{range=\"30d\",topic=\"security\"}")).isOne();
				assertThat(answer.get("slow").isEmpty()).isTrue();
				JsonNode oldest = answer.get("oldest");
				assertThat(oldest.get("id").asString()).isEqualTo("websocket-1");
				assertThat(oldest.get("transport").asString()).isEqualTo("websocket");
				assertThat(oldest.get("address").asString()).isEqualTo("127.0.0.1");
				assertThat(oldest.get("connected_seconds").asDouble()).isPositive();
				assertThat(oldest.get("unread_seconds").asDouble()).isZero();
			}
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> server.getJson("/api/connections").get("total").asInt() == 0);
			assertThat(server.getJson("/api/connections").get("by_topic").isEmpty()).isTrue();
		}
	}

	private static RealtimeServer quiet(String... arguments) {
		List<String> all = new ArrayList<>(List.of("--realtime.update-interval=1h"));
		all.addAll(List.of(arguments));
		return RealtimeServer.startWith(Postgres.shared().createDatabase(), all.toArray(String[]::new));
	}

	private static RawSocket subscribed(RawSocket socket) {
		socket.connected();
		subscribe(socket);
		return socket;
	}

	private static void subscribe(RawSocket socket) {
		socket.subscribe("s", TOPIC, "receipt:r");
		socket.nextFrame((frame) -> frame.command().equals("RECEIPT"));
	}

	private static int number(StompPeer.Frame frame) {
		return frame.json().get("n").asInt();
	}

	private static HttpResponse<String> post(RealtimeServer server, String path) {
		return RealtimeServer
			.send(HttpRequest.newBuilder(server.uri("http", path)).POST(HttpRequest.BodyPublishers.noBody()).build());
	}

	private static double metric(RealtimeServer server, String name) {
		return server.get("/actuator/prometheus")
			.body()
			.lines()
			.filter((line) -> line.startsWith(name))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum();
	}

	/** Publishes as the tick does, each newer than all before. */
	private static final class Publisher {

		private final SimpMessagingTemplate template;

		private final long epoch = System.currentTimeMillis() + TimeUnit.DAYS.toMillis(1);

		Publisher(RealtimeServer server) {
			this.template = server.bean(SimpMessagingTemplate.class);
		}

		void publish(int n) {
			byte[] body = ("{\"n\":" + n + ",\"pad\":\"" + "x".repeat(BODY) + "\"}").getBytes(StandardCharsets.UTF_8);
			Map<String, Object> headers = Map.of(Snapshot.Version.HEADER, new Snapshot.Version(this.epoch, n));
			this.template.convertAndSend(TOPIC, body, headers);
		}

	}

}
