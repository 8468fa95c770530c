package io.datadialysis.realtime;

import java.io.IOException;
import java.lang.reflect.Type;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import io.datadialysis.realtime.broker.CloseReason;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.NodeJs;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.WebSocketPeer;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.HttpHeaders;
import org.springframework.messaging.converter.JacksonJsonMessageConverter;
import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaders;
import org.springframework.messaging.simp.stomp.StompSession;
import org.springframework.messaging.simp.stomp.StompSessionHandlerAdapter;
import org.springframework.scheduling.concurrent.ThreadPoolTaskScheduler;
import org.springframework.web.socket.WebSocketExtension;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.WebSocketMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.client.WebSocketClient;
import org.springframework.web.socket.client.standard.StandardWebSocketClient;
import org.springframework.web.socket.handler.WebSocketHandlerDecorator;
import org.springframework.web.socket.handler.WebSocketSessionDecorator;
import org.springframework.web.socket.messaging.WebSocketStompClient;
import org.springframework.web.socket.sockjs.client.RestClientXhrTransport;
import org.springframework.web.socket.sockjs.client.SockJsClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The STOMP clients that people use, each as it comes: {@code @stomp/stompjs} in Node.js
 * and Spring's {@code WebSocketStompClient}, on a WebSocket and over SockJS. The same
 * with {@code stompjs} and {@code sockjs-client} in a browser is in {@link DashboardIT};
 * frames written by hand to a socket are in {@link StompFeedsIT} and what follows it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StompClientsIT {

	private static final String[] QUICK = { "--realtime.update-interval=400ms" };

	private static final Map<String, String> TOPICS = new LinkedHashMap<>();

	static {
		TOPICS.put("overview", "/topic/metrics");
		TOPICS.put("security", "/topic/security");
		TOPICS.put("performance", "/topic/performance");
		TOPICS.put("breaker", "/topic/circuit-breaker");
	}

	private final NodeJs node = NodeJs.prepare();

	private final ThreadPoolTaskScheduler scheduler = new ThreadPoolTaskScheduler();

	private final Postgres.Database database = Postgres.shared().createDatabase();

	private final RealtimeServer server = RealtimeServer.startWith(this.database, QUICK);

	StompClientsIT() {
		this.scheduler.initialize();
	}

	@AfterAll
	void stop() {
		this.server.close();
		this.scheduler.shutdown();
	}

	@Test
	void stompJsInNodeGetsAllFeedsChangesItsRangeAndLeaves() {
		try (RealtimeServer own = RealtimeServer.startWith(this.database, QUICK); NodeJs.Script client = node(own)) {
			client.tell("activate");
			assertThat(client.next("connected").at("/headers/version").asString()).isEqualTo("1.2");
			TOPICS.forEach((id, destination) -> client.tell("subscribe", "id", id, "destination", destination));
			for (String id : TOPICS.keySet()) {
				JsonNode message = client.nextMessage(id);
				assertThat(message.at("/headers/destination").asString()).isEqualTo(TOPICS.get(id));
				assertThat(message.at("/json/stale").asBoolean(true)).isFalse();
			}

			client.tell("publish", "destination", "/app/time-range", "body", "{\"time_range\":\"7d\"}", "receipt",
					"to-7d");
			assertThat(client.next("receipt").get("id").asString()).isEqualTo("to-7d");
			assertThat(client.nextMessage("overview").at("/json/data/time_range").asString()).isEqualTo("7d");

			client.tell("unsubscribe", "id", "overview", "receipt", "gone");
			assertThat(client.next("receipt").get("id").asString()).isEqualTo("gone");
			for (int i = 0; i < 6; i++) {
				assertThat(client.next("message").get("subscription").asString()).isNotEqualTo("overview");
			}

			client.tell("deactivate");
			client.next("disconnected");
			client.next("deactivated");
			assertThat(client.awaitExit()).isZero();
			await().untilAsserted(() -> assertThat(own.bean(Connections.class).count()).isZero());
			assertThat(closed(own, CloseReason.DISCONNECTED)).isEqualTo(1);
			assertThat(own.bean(FeedSubscriptions.class).count()).isZero();
		}
	}

	@Test
	void stompJsInNodeAndTheServerHearEachOthersHeartbeats() {
		try (NodeJs.Script client = node(this.server, "heartbeatIncoming", 10_000, "heartbeatOutgoing", 10_000)) {
			client.tell("activate");
			assertThat(client.next("connected").at("/headers/heart-beat").asString()).isEqualTo("10000,10000");
			// Nothing else is sent, so each side's promise is up to its heartbeats.
			assertThat(List.of(client.next().get("event").asString(), client.next().get("event").asString()))
				.containsExactlyInAnyOrder("heartbeat-received", "heartbeat-sent");
		}
	}

	@Test
	void stompJsInNodeIsToldWhichDestinationsThereAre() {
		try (NodeJs.Script client = node(this.server)) {
			client.tell("activate");
			client.next("connected");
			client.tell("subscribe", "id", "s", "destination", "/topic/unknown", "receipt", "r");
			JsonNode error = client.next();
			assertThat(error.get("event").asString()).isEqualTo("error");
			assertThat(error.at("/headers/message").asString())
				.startsWith("There is no destination '/topic/unknown'; there are /topic/metrics, ");
			assertThat(error.at("/headers/receipt-id").asString()).isEqualTo("r");
			assertThat(client.next("closed").get("code").asInt()).isEqualTo(1002);
		}
	}

	@Test
	void stompJsInNodeComesBackWhenTheServerWasStoppedAndStarted() {
		int port = RealtimeServer.freePort();
		String url = "--spring.datasource.url=" + this.database.url();
		RealtimeServer first = RealtimeServer.startOn(port, url, QUICK[0]);
		try (NodeJs.Script client = node(first)) {
			client.tell("activate");
			client.next("connected");
			client.tell("subscribe", "id", "s", "destination", "/topic/security.30d");
			long epoch = client.nextMessage("s").at("/json/epoch").asLong();
			first.close();
			assertThat(client.next("closed").get("code").asInt()).isEqualTo(1012);
			try (RealtimeServer second = RealtimeServer.startOn(port, url, QUICK[0])) {
				client.next("connected");
				JsonNode message = client.nextMessage("s");
				assertThat(message.at("/json/data/time_range").asString()).isEqualTo("30d");
				assertThat(message.at("/json/epoch").asLong()).isGreaterThan(epoch);
				assertThat(second.bean(FeedSubscriptions.class).count()).isEqualTo(1);
			}
		}
		finally {
			first.close();
		}
	}

	@Test
	void stompJsInNodeMaySendItsFramesInPiecesAndInBinaryMessages() {
		try (NodeJs.Script client = node(this.server, "forceBinaryWSFrames", true, "splitLargeFrames", true,
				"maxWebSocketChunkSize", 16)) {
			client.tell("activate");
			client.next("connected");
			client.tell("subscribe", "id", "s", "destination", "/topic/metrics.1h", "receipt", "r");
			assertThat(client.next("message").at("/json/data/time_range").asString()).isEqualTo("1h");
			assertThat(client.next("receipt").get("id").asString()).isEqualTo("r");
		}
	}

	private NodeJs.Script node(RealtimeServer target, Object... options) {
		Map<String, Object> all = new LinkedHashMap<>();
		for (int i = 0; i < options.length; i += 2) {
			all.put((String) options[i], options[i + 1]);
		}
		return this.node.run("stomp-client.mjs", target.uri("ws", "/ws").toString(),
				JsonMapper.shared().writeValueAsString(all));
	}

	@Test
	void springsClientGetsAllFeedsChangesItsRangeAndLeaves() throws Exception {
		usedBySpring(new StandardWebSocketClient(), "ws", "websocket");
	}

	@Test
	void springsClientDoesTheSameOverSockJs() throws Exception {
		usedBySpring(new SockJsClient(List.of(new RestClientXhrTransport())), "http", "sockjs");
	}

	private void usedBySpring(WebSocketClient transport, String scheme, String kind) throws Exception {
		try (RealtimeServer own = RealtimeServer.startWith(this.database, QUICK)) {
			SpringPeer client = new SpringPeer();
			StompSession session = client.connect(transport, own.uri(scheme, "/ws"), this.scheduler);
			assertThat(own.getJson("/api/connections").at("/by_transport/" + kind).asInt()).isEqualTo(1);
			assertThat(client.connected().getHeartbeat()).containsExactly(10_000, 10_000);
			Map<String, StompSession.Subscription> subscriptions = new LinkedHashMap<>();
			for (String destination : TOPICS.values()) {
				StompSession.Subscription subscription = session.subscribe(destination, client);
				subscriptions.put(destination, subscription);
				client.awaitReceipt(subscription);
			}
			for (String destination : TOPICS.values()) {
				assertThat(client.nextMessage(destination).get("stale").asBoolean(true)).isFalse();
			}

			client.awaitReceipt(session.send("/app/time-range", Map.of("time_range", "7d")));
			client.messages.clear(); // what came before the receipt may be older
			assertThat(client.nextMessage("/topic/metrics").at("/data/time_range").asString()).isEqualTo("7d");

			StompHeaders leaving = new StompHeaders();
			leaving.setReceipt("gone");
			Objects.requireNonNull(subscriptions.get("/topic/metrics")).unsubscribe(leaving);
			await().untilAsserted(() -> assertThat(own.bean(FeedSubscriptions.class).count()).isEqualTo(3));

			session.disconnect();
			await().untilAsserted(() -> assertThat(own.bean(Connections.class).count()).isZero());
			assertThat(closed(own, CloseReason.DISCONNECTED)).isEqualTo(1);
			assertThat(client.troubles).isEmpty();
		}
	}

	@Test
	void springsClientAndTheServerHearEachOthersHeartbeats() throws Exception {
		BlockingQueue<String> heartbeats = new LinkedBlockingQueue<>();
		SpringPeer client = new SpringPeer();
		StompSession session = client.connect(new HeartbeatWatch(heartbeats), this.server.uri("ws", "/ws"),
				this.scheduler);
		assertThat(List.of(next(heartbeats), next(heartbeats))).containsExactlyInAnyOrder("sent", "received");
		assertThat(session.isConnected()).isTrue();
		session.disconnect();
		assertThat(client.troubles).isEmpty();
	}

	@Test
	void springsClientIsToldWhichDestinationsThereAre() throws Exception {
		SpringPeer client = new SpringPeer();
		StompSession session = client.connect(new StandardWebSocketClient(), this.server.uri("ws", "/ws"),
				this.scheduler);
		session.subscribe("/topic/unknown", client);
		assertThat(next(client.errors))
			.startsWith("There is no destination '/topic/unknown'; there are /topic/metrics, ");
		await().until(() -> !session.isConnected());
	}

	private static double closed(RealtimeServer server, CloseReason reason) {
		return server.bean(MeterRegistry.class)
			.get("realtime.connections.closed")
			.tag("reason", reason.text())
			.counter()
			.count();
	}

	private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
		return Objects.requireNonNull(queue.poll(WebSocketPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS),
				"Nothing came within " + WebSocketPeer.PATIENCE);
	}

	/** An application with Spring's client. */
	private static final class SpringPeer extends StompSessionHandlerAdapter {

		private final BlockingQueue<Received> messages = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> errors = new LinkedBlockingQueue<>();

		private final BlockingQueue<Throwable> troubles = new LinkedBlockingQueue<>();

		private final CompletableFuture<StompHeaders> connected = new CompletableFuture<>();

		StompSession connect(WebSocketClient transport, URI address, ThreadPoolTaskScheduler scheduler)
				throws Exception {
			WebSocketStompClient client = new WebSocketStompClient(transport);
			client.setMessageConverter(new JacksonJsonMessageConverter());
			client.setTaskScheduler(scheduler);
			client.setDefaultHeartbeat(new long[] { 10_000, 10_000 });
			StompSession session = client.connectAsync(address.toString(), this)
				.get(WebSocketPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
			session.setAutoReceipt(true);
			return session;
		}

		StompHeaders connected() throws Exception {
			return this.connected.get(WebSocketPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}

		void awaitReceipt(StompSession.Receiptable receiptable) throws Exception {
			CompletableFuture<@Nullable Void> came = new CompletableFuture<>();
			receiptable.addReceiptTask(() -> came.complete(null));
			came.get(WebSocketPeer.PATIENCE.toSeconds(), TimeUnit.SECONDS);
		}

		JsonNode nextMessage(String destination) throws InterruptedException {
			Received message = next(this.messages);
			while (!message.destination().equals(destination)) {
				message = next(this.messages);
			}
			return message.json();
		}

		@Override
		public void afterConnected(StompSession session, StompHeaders connectedHeaders) {
			this.connected.complete(connectedHeaders);
		}

		@Override
		public Type getPayloadType(StompHeaders headers) {
			return JsonNode.class;
		}

		@Override
		public void handleFrame(StompHeaders headers, @Nullable Object payload) {
			String destination = headers.getDestination();
			if (destination == null) {
				this.errors.add(Objects.requireNonNullElse(headers.getFirst("message"), ""));
			}
			else {
				this.messages.add(new Received(destination, (JsonNode) Objects.requireNonNull(payload)));
			}
		}

		@Override
		public void handleException(StompSession session, @Nullable StompCommand command, StompHeaders headers,
				byte[] payload, Throwable exception) {
			this.troubles.add(exception);
		}

		@Override
		public void handleTransportError(StompSession session, Throwable exception) {
			this.troubles.add(exception);
		}

	}

	private record Received(String destination, JsonNode json) {

	}

	/** Notes the heartbeats of both sides, of which Spring's client does not tell. */
	private static final class HeartbeatWatch extends StandardWebSocketClient {

		private final BlockingQueue<String> heartbeats;

		HeartbeatWatch(BlockingQueue<String> heartbeats) {
			this.heartbeats = heartbeats;
		}

		@Override
		protected CompletableFuture<WebSocketSession> executeInternal(WebSocketHandler handler, HttpHeaders headers,
				URI uri, List<String> protocols, List<WebSocketExtension> extensions, Map<String, Object> attributes) {
			return super.executeInternal(new WebSocketHandlerDecorator(handler) {

				@Override
				public void afterConnectionEstablished(WebSocketSession session) throws Exception {
					super.afterConnectionEstablished(new WebSocketSessionDecorator(session) {

						@Override
						public void sendMessage(WebSocketMessage<?> message) throws IOException {
							note(message, "sent");
							super.sendMessage(message);
						}

					});
				}

				@Override
				public void handleMessage(WebSocketSession session, WebSocketMessage<?> message) throws Exception {
					note(message, "received");
					super.handleMessage(session, message);
				}

			}, headers, uri, protocols, extensions, attributes);
		}

		private void note(WebSocketMessage<?> message, String what) {
			if (message.getPayload().equals("\n")) {
				this.heartbeats.add(what);
			}
		}

	}

}
