package io.datadialysis.realtime;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RawSocket;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What breaks the protocols, byte by byte: an answer or a goodbye that says why, nothing
 * that stays behind, and nobody else harmed.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProtocolFaultsIT {

	private static final int TEXT = RawSocket.FINAL | RawSocket.TEXT;

	private final RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(),
			"--realtime.update-interval=100ms", "--realtime.connections.connect-timeout=1s",
			"--realtime.connections.messages-per-second=1000", "--server.jetty.connection-idle-timeout=1s");

	private final StompPeer bystander = StompPeer.connect(this.server);

	ProtocolFaultsIT() {
		this.bystander.subscribe("bystander", "/topic/metrics");
	}

	@AfterEach
	void theBystanderIsUnharmedAndNothingIsLeft() {
		while (this.bystander.poll() != null) {
			// taken, so that what is waited for is fresh
		}
		this.bystander.nextMessage("bystander");
		// A SockJS session is kept for a while in which its client may poll again.
		await().atMost(30, TimeUnit.SECONDS).until(() -> this.server.bean(Connections.class).count() == 1);
		await().until(() -> this.server.bean(FeedSubscriptions.class).count() == 1);
	}

	@AfterAll
	void stop() {
		this.bystander.close();
		this.server.close();
	}

	@Test
	void aSocketOnWhichNoConnectComesIsClosedWithAWord() {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			StompPeer.Frame error = socket.nextFrame();
			assertThat(error.command()).isEqualTo("ERROR");
			assertThat(error.header("message")).isEqualTo("No CONNECT came in time.");
			assertThat(socket.nextClose().closeCode()).isEqualTo(1008);
			socket.awaitEnd();
		}
		assertThat(metric("realtime_connections_closed_total{reason=\"connect_timeout\"}")).isPositive();
	}

	@Test
	void halfAFrameAndThenSilenceIsClosedLikeNone() {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			socket.send((byte) TEXT, (byte) 0xFE, (byte) 1);
			assertThat(socket.nextFrame().header("message")).isEqualTo("No CONNECT came in time.");
			socket.awaitEnd();
		}
	}

	@Test
	void aHeartbeatIsNoConnect() {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			socket.text("\n");
			assertThat(socket.nextFrame().header("message")).isEqualTo("No CONNECT came in time.");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "G", "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n" })
	void anHttpConnectionThatFallsSilentIsClosed(String beginning) {
		try (RawSocket socket = RawSocket.open(this.server)) {
			socket.send(beginning.getBytes(StandardCharsets.US_ASCII));
			socket.awaitEnd();
		}
	}

	@Test
	void anUnmaskedFrameIsClosedWith1002() {
		assertClosed(1002, (byte) TEXT, (byte) 1, (byte) '\n');
	}

	@ParameterizedTest
	@ValueSource(ints = { 0xC1, 0xA1, 0x91, 0x83, 0x8B, 0x09, 0x80 })
	void reservedBitsUnknownOpcodesAndContinuationsOfNothingAreClosedWith1002(int first) {
		assertClosed(1002, RawSocket.webSocketFrame(first, new byte[] { '\n' }));
	}

	@ParameterizedTest
	@CsvSource({ "-1, 1002", "65537, 1009", "9223372036854775807, 1009" })
	void aLengthThatCanNotBeIsClosedBeforeThePayloadHasCome(long length, int code) {
		assertClosed(code, header(TEXT, length));
	}

	@Test
	void aMessageInPartsOfImmenseLengthIsClosedWith1009() {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		bytes.writeBytes(RawSocket.webSocketFrame(RawSocket.TEXT, new byte[] { '\n' }));
		bytes.writeBytes(header(RawSocket.FINAL, Long.MAX_VALUE));
		bytes.writeBytes(new byte[100_000]);
		assertClosed(1009, bytes.toByteArray());
	}

	@Test
	void textThatIsNotUtf8IsClosedWith1007() {
		assertClosed(1007, RawSocket.webSocketFrame(TEXT, new byte[] { 'a', (byte) 0xC3, '(' }));
	}

	@Test
	void whoBreaksTheFramingAndStaysOnTheLineIsCutOff() {
		try (RawSocket socket = RawSocket.stomp(this.server);
				RawSocket plain = RawSocket.webSocket(this.server, "/ws/realtime")) {
			socket.subscribe("s", "/topic/metrics");
			assertThat(socket.nextFrame().command()).isEqualTo("MESSAGE");
			socket.send((byte) TEXT, (byte) 0);
			plain.send((byte) TEXT, (byte) 0);
			// Neither of the two hangs up.
			await().until(() -> this.server.bean(FeedSubscriptions.class).count() == 1);
			await().until(() -> this.server.bean(Connections.class).count() == 1);
			assertThat(metric("realtime_connections_closed_total{reason=\"broken\"}")).isGreaterThanOrEqualTo(2);
			socket.awaitEnd();
			plain.awaitEnd();
		}
	}

	private void assertClosed(int code, byte... bytes) {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.subscribe("s", "/topic/metrics");
			assertThat(socket.nextFrame().command()).isEqualTo("MESSAGE");
			socket.send(bytes);
			RawSocket.Received close = socket.nextClose();
			assertThat(close.closeCode()).isEqualTo(code);
			assertThat(close.closeReason()).isNotEmpty().doesNotContain("Exception");
		}
	}

	private static byte[] header(int first, long length) {
		return ByteBuffer.allocate(14).put((byte) first).put((byte) 0xFF).putLong(length).array();
	}

	@Test
	void aPingIsAnsweredWithItsPayload() {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			byte[] payload = "ping".getBytes(StandardCharsets.UTF_8);
			socket.send(RawSocket.webSocketFrame(RawSocket.FINAL | RawSocket.PING, payload));
			RawSocket.Received pong = socket.next();
			assertThat(pong.opcode()).isEqualTo(0xA);
			assertThat(pong.payload()).isEqualTo(payload);
		}
	}

	@Test
	void aGoodbyeIsAnsweredWithItsCode() {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.send(RawSocket.webSocketFrame(RawSocket.FINAL | RawSocket.CLOSE, new byte[] { 3, (byte) 0xE9 }));
			assertThat(socket.nextClose().closeCode()).isEqualTo(1001);
			socket.awaitEnd();
		}
	}

	@Test
	void fragmentsOfOneByteWork() {
		byte[] connect = RawSocket.stompFrame("CONNECT", "", "accept-version:1.2", "host:ö")
			.getBytes(StandardCharsets.UTF_8);
		ByteArrayOutputStream fragments = new ByteArrayOutputStream();
		for (int i = 0; i < connect.length; i++) {
			int first = ((i == 0) ? RawSocket.TEXT : 0) | ((i == connect.length - 1) ? RawSocket.FINAL : 0);
			fragments.writeBytes(RawSocket.webSocketFrame(first, new byte[] { connect[i] }));
		}
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			for (byte one : fragments.toByteArray()) {
				socket.send(one);
			}
			assertThat(socket.nextFrame().command()).isEqualTo("CONNECTED");
		}
	}

	@Test
	void aStompFrameInMessagesOfOneByteWorksAndSoDoSeveralInOneMessage() {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			for (char one : RawSocket.stompFrame("CONNECT", "", "accept-version:1.2").toCharArray()) {
				socket.text(String.valueOf(one));
			}
			assertThat(socket.nextFrame().command()).isEqualTo("CONNECTED");
			socket.text("\n" + RawSocket.stompFrame("SUBSCRIBE", "", "id:a", "destination:/topic/metrics", "receipt:1")
					+ "\r\n" + RawSocket.stompFrame("UNSUBSCRIBE", "", "id:a", "receipt:2") + "\n");
			assertThat(socket.nextFrame().command()).isEqualTo("MESSAGE");
			assertThat(socket.nextFrame((frame) -> frame.command().equals("RECEIPT")).header("receipt-id"))
				.isEqualTo("1");
			assertThat(socket.nextFrame((frame) -> frame.command().equals("RECEIPT")).header("receipt-id"))
				.isEqualTo("2");
		}
	}

	@Test
	void whatComesRightBehindTheHandshakeIsNotLost() {
		try (RawSocket socket = RawSocket.open(this.server)) {
			ByteArrayOutputStream all = new ByteArrayOutputStream();
			all.writeBytes(("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n" + String.join("\r\n", RawSocket.handshake())
					+ "\r\n\r\n")
				.getBytes(StandardCharsets.US_ASCII));
			all.writeBytes(RawSocket.webSocketFrame(TEXT,
					RawSocket.stompFrame("CONNECT", "", "accept-version:1.2").getBytes(StandardCharsets.UTF_8)));
			socket.send(all.toByteArray());
			assertThat(socket.head()).startsWith("HTTP/1.1 101 ");
			assertThat(socket.nextFrame().command()).isEqualTo("CONNECTED");
		}
	}

	/** NUL, CR and colon tricks, escapes that are none, lengths that can't be. */
	@ParameterizedTest
	@ValueSource(strings = { "SUBSCRIBE\nid:a\0b\ndestination:/topic/metrics\n\n\0",
			"SUBSCRIBE\ni\0d:a\nid:b\ndestination:/topic/metrics\n\n\0",
			"SUBSCRIBE\nid:a\rb\ndestination:/topic/metrics\n\n\0", "SUBSCRIBE\nid\ndestination:/topic/metrics\n\n\0",
			"SUBSCRIBE\n:a\ndestination:/topic/metrics\n\n\0", "SUBSCRIBE\nid:a\\t\ndestination:/topic/metrics\n\n\0",
			"SUBSCRIBE\nid:a\\\ndestination:/topic/metrics\n\n\0", "SUBSCRIBE\r\rid:a\n\n\0", "SUBSCRIBE id:a\n\n\0",
			"subscribe\nid:a\ndestination:/topic/metrics\n\n\0", "\0\nid:a\n\n\0",
			"SEND\ndestination:/app/time-range\ncontent-length:99999999\n\n{}\0",
			"SEND\ndestination:/app/time-range\ncontent-length:99999999999999999999\n\n{}\0",
			"SEND\ndestination:/app/time-range\ncontent-length:x\n\n{}\0",
			"SEND\ndestination:/app/time-range\ncontent-length:1\n\n{}\0",
			"SEND\ndestination:/app/time-range\ncontent-length:-1\n\n{}\0" })
	void aFrameThatIsNoneIsRefused(String frame) {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.text(frame);
			assertRefused(socket);
		}
	}

	private static StompPeer.Frame assertRefused(RawSocket socket) {
		StompPeer.Frame error = socket.nextFrame((frame) -> !frame.command().equals("MESSAGE"));
		assertThat(error.command()).isEqualTo("ERROR");
		assertThat(error.header("message")).isNotEmpty().doesNotContain("Exception");
		assertThat(error.body()).isEmpty();
		assertThat(socket.nextClose().closeCode()).isEqualTo(1002);
		socket.awaitEnd();
		return error;
	}

	@Test
	void headersThatAreNotUtf8DoNoHarm() {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			ByteArrayOutputStream bytes = new ByteArrayOutputStream();
			bytes.writeBytes("UNSUBSCRIBE\nid:".getBytes(StandardCharsets.UTF_8));
			bytes.write(0xC3);
			bytes.write(0xFF);
			bytes.writeBytes("\nreceipt:r\n\n\0".getBytes(StandardCharsets.UTF_8));
			socket.send(RawSocket.webSocketFrame(RawSocket.FINAL | RawSocket.BINARY, bytes.toByteArray()));
			assertThat(socket.nextFrame().command()).isIn("RECEIPT", "ERROR");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "id", "receipt" })
	void aNameThatWouldComeBackWithEachFrameIsShort(String header) {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.frame("SUBSCRIBE", "", header + ":" + "x".repeat(129), "id:s", "destination:/topic/metrics");
			assertRefused(socket);
		}
	}

	@Test
	void manyFramesInOneMessageAreMany() {
		try (RealtimeServer strict = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.connections.messages-per-second=5"); RawSocket socket = RawSocket.stomp(strict)) {
			socket.text(RawSocket.stompFrame("UNSUBSCRIBE", "", "id:x").repeat(1000));
			assertThat(socket.nextClose().closeCode()).isEqualTo(1008);
		}
	}

	@Test
	void hundredsOfHeadersAreReadAndForgotten() {
		List<String> headers = new ArrayList<>(List.of("id:s", "destination:/topic/metrics", "receipt:r"));
		for (int i = 0; i < 2000; i++) {
			headers.add("x" + i + ":" + "y".repeat(10));
			headers.add("id:another");
		}
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.frame("SUBSCRIBE", "", headers.toArray(String[]::new));
			assertThat(socket.nextFrame().header("subscription")).isEqualTo("s");
		}
	}

	@Test
	void theFirstOfRepeatedHeadersCounts() {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.frame("SUBSCRIBE", "", "id:first", "id:second", "destination:/topic/metrics",
					"destination:/topic/nothing");
			assertThat(socket.nextFrame().header("subscription")).isEqualTo("first");
		}
	}

	@Test
	void theErrorOfARefusedConnectArrivesWhateverIsPipelinedBehindIt() {
		byte[] more = RawSocket.webSocketFrame(TEXT,
				RawSocket.stompFrame("SEND", "x".repeat(60_000), "destination:/app/time-range")
					.getBytes(StandardCharsets.UTF_8));
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		all.writeBytes(RawSocket.webSocketFrame(TEXT,
				RawSocket.stompFrame("CONNECT", "", "accept-version:1.2", "time-range:5y")
					.getBytes(StandardCharsets.UTF_8)));
		while (all.size() < 1 << 20) {
			all.writeBytes(more);
		}
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			socket.send(all.toByteArray());
			assertThat(assertRefused(socket).header("message")).contains("5y");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "1.2; 1.2", "1.1; 1.1", "1.0; 1.0", "1.0,1.1,1.2; 1.2", "1.2,1.0; 1.2",
			"1.0,1.1; 1.1", "1.1,9.9; 1.1" })
	void theNewestVersionThatBothKnowIsSpoken(String accepted, String spoken) {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			socket.frame("STOMP", "", "accept-version:" + accepted, "host:x", "login:a", "passcode:b");
			StompPeer.Frame connected = socket.nextFrame();
			assertThat(connected.command()).isEqualTo("CONNECTED");
			assertThat(connected.header("version")).isEqualTo(spoken);
		}
	}

	@Test
	void aClientThatNamesNoVersionSpeaks10() {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			socket.frame("CONNECT", "");
			assertThat(socket.nextFrame().header("version")).isEqualTo("1.0");
		}
	}

	@ParameterizedTest
	@CsvSource(delimiter = ';', value = { "0,0; 0,0", "10000,10000; 10000,10000", "0,5000; 10000,0",
			"20000,3000; 10000,20000", "1,0; 0,10000" })
	void heartbeatsAreSettledAsPromised(String offered, String settled) {
		try (RawSocket socket = RawSocket.webSocket(this.server, "/ws")) {
			socket.frame("CONNECT", "", "accept-version:1.2", "heart-beat:" + offered);
			assertThat(socket.nextFrame().header("heart-beat")).isEqualTo(settled);
		}
	}

	@Test
	void aClientMayHave64SubscriptionsAndNotMore() {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.subscribe("errors", "/user/queue/errors");
			for (int i = 1; i < 64; i++) {
				socket.subscribe("s" + i, "/topic/metrics", "receipt:" + i);
				String receipt = String.valueOf(i);
				socket.nextFrame((frame) -> frame.header("receipt-id").equals(receipt));
			}
			socket.subscribe("s64", "/topic/metrics", "receipt:64");
			StompPeer.Frame error = assertRefused(socket);
			assertThat(error.header("message")).isEqualTo("A session may have 64 subscriptions, not more.");
			assertThat(error.header("receipt-id")).isEqualTo("64");
		}
	}

	@Test
	void subscribingAndUnsubscribingInALoopLeavesNothing() {
		FeedSubscriptions subscriptions = this.server.bean(FeedSubscriptions.class);
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			for (int i = 0; i < 300; i++) {
				socket.subscribe("s" + i, (i % 2 == 0) ? "/topic/metrics.7d" : "/topic/security");
				if (i % 5 == 0) {
					socket.frame("SEND", "{\"time_range\":\"" + ((i % 2 == 0) ? "6h" : "24h") + "\"}",
							"destination:/app/time-range");
				}
				socket.frame("UNSUBSCRIBE", "", "id:s" + i, "receipt:" + i);
				String receipt = String.valueOf(i);
				socket.nextFrame((frame) -> frame.header("receipt-id").equals(receipt));
			}
			assertThat(subscriptions.count()).isEqualTo(1);
			socket.subscribe("last", "/topic/metrics");
			assertThat(socket.nextFrame().header("subscription")).isEqualTo("last");
		}
	}

	@Test
	void everyFrameThatAsksForAReceiptGetsOne() {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.subscribe("s", "/topic/metrics", "receipt:subscribe");
			socket.subscribe("e", "/user/queue/errors", "receipt:errors");
			socket.frame("SEND", "{\"time_range\":\"7d\"}", "destination:/app/time-range", "receipt:send");
			socket.frame("SEND", "nonsense", "destination:/app/time-range", "receipt:nonsense");
			socket.frame("UNSUBSCRIBE", "", "id:unknown", "receipt:unknown");
			socket.frame("UNSUBSCRIBE", "", "id:s", "receipt:unsubscribe");
			socket.frame("DISCONNECT", "", "receipt:a:b\\c\\n");
			List<String> receipts = new ArrayList<>();
			while (receipts.size() < 7) {
				receipts.add(socket.nextFrame((frame) -> frame.command().equals("RECEIPT")).header("receipt-id"));
			}
			assertThat(receipts).containsExactly("subscribe", "errors", "send", "nonsense", "unknown", "unsubscribe",
					"a:b:\n");
			assertThat(socket.nextClose().closeCode()).isEqualTo(1000);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "CONNECT", "STOMP", "BEGIN", "COMMIT", "ABORT", "ACK", "NACK", "MESSAGE", "RECEIPT",
			"ERROR", "CONNECTED", "UNSUBSCRIBE" })
	void aFrameThatIsRefusedGetsItsReceiptInTheError(String command) {
		try (RawSocket socket = RawSocket.stomp(this.server)) {
			socket.frame(command, "", "receipt:r", "accept-version:1.2");
			assertThat(assertRefused(socket).header("receipt-id")).isEqualTo("r");
		}
	}

	@Test
	void nothingComesAfterTheReceiptOfAnUnsubscribeHoweverMuchIsPublished() {
		try (RealtimeServer busy = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.update-interval=100ms"); RawSocket socket = RawSocket.stomp(busy)) {
			socket.subscribe("staying", "/topic/metrics");
			for (int i = 0; i < 25; i++) {
				String id = "leaving-" + i;
				socket.subscribe(id, "/topic/metrics");
				// After a message, so that the tick is at a different place each time.
				socket.nextFrame((frame) -> frame.header("subscription").equals(id));
				socket.frame("UNSUBSCRIBE", "", "id:" + id, "receipt:" + id);
				socket.nextFrame((frame) -> frame.header("receipt-id").equals(id));
				assertThat(socket.nextFrame().header("subscription")).isEqualTo("staying");
			}
		}
	}

	@Test
	void whoSendsFasterThanAllowedIsSlowedDownThenClosedWithAWord() {
		try (RealtimeServer strict = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.connections.messages-per-second=5"); RawSocket socket = RawSocket.stomp(strict)) {
			long start = System.nanoTime();
			ByteArrayOutputStream all = new ByteArrayOutputStream();
			for (int i = 0; i < 1000; i++) {
				all.writeBytes(
						RawSocket.webSocketFrame(TEXT, RawSocket.stompFrame("UNSUBSCRIBE", "", "id:x", "receipt:" + i)
							.getBytes(StandardCharsets.UTF_8)));
			}
			socket.send(all.toByteArray());
			List<String> receipts = new ArrayList<>();
			RawSocket.Received received = socket.next();
			while (received.opcode() == RawSocket.TEXT) {
				receipts.add(received.text());
				received = socket.next();
			}
			assertThat(received.closeCode()).isEqualTo(1008);
			assertThat(received.closeReason()).isEqualTo("Too many messages were sent in too short a time.");
			// Two seconds' worth at once, and what is allowed from then on: never more.
			long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start);
			assertThat(receipts.size()).isBetween(10, 5 * (int) (seconds + 4));
			socket.awaitEnd();
			assertThat(metric(strict, "realtime_connections_closed_total{reason=\"too_many_messages\"}")).isOne();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws", "/ws/realtime" })
	void aHandshakeOfAnotherVersionIsAnsweredWithTheRightOne(String path) {
		try (RawSocket socket = RawSocket.open(this.server)) {
			String head = socket.request("GET " + path + " HTTP/1.1", "Upgrade: websocket", "Connection: Upgrade",
					"Sec-WebSocket-Version: 8", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
			assertThat(head).startsWith("HTTP/1.1 426 ").containsIgnoringCase("Sec-WebSocket-Version: 13");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "c2hvcnQ=", "not base64 at all!!!!!!!", "dGhlIHNhbXBsZSBub25jZSBpcyBsb25n" })
	void aHandshakeWithABadKeyIsRefused(String key) {
		try (RawSocket socket = RawSocket.open(this.server)) {
			assertThat(socket.request("GET /ws HTTP/1.1", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
					"Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: " + key))
				.startsWith("HTTP/1.1 400 ");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws", "/ws/realtime" })
	void aRequestThatAsksForNoWebSocketIsTold(String path) {
		assertThat(this.server.get(path).statusCode()).isEqualTo(400);
		try (RawSocket socket = RawSocket.open(this.server)) {
			assertThat(socket.request("POST " + path + " HTTP/1.1", "Content-Length: 0", "Upgrade: websocket",
					"Connection: Upgrade"))
				.startsWith("HTTP/1.1 40");
		}
	}

	@Test
	void theHandshakeIsAnsweredAsTheRfcSays() {
		try (RawSocket socket = RawSocket.open(this.server)) {
			String head = socket.request("GET /ws HTTP/1.1", "upgrade: WebSocket", "connection: keep-alive, upgrade",
					"sec-websocket-version: 13", "sec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==",
					"sec-websocket-protocol: nonsense, v11.stomp", "sec-websocket-protocol: v12.stomp",
					"sec-websocket-extensions: permessage-deflate");
			assertThat(head).startsWith("HTTP/1.1 101 ")
				.containsIgnoringCase("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
				.containsIgnoringCase("Sec-WebSocket-Protocol: v12.stomp\r\n")
				.doesNotContainIgnoringCase("Sec-WebSocket-Extensions");
		}
	}

	@Test
	void anUnknownSockJsSessionIsNotFound() {
		assertThat(post("/ws/000/guessed/xhr_send", "[\"CONNECT\\n\\n\\u0000\"]").statusCode()).isEqualTo(404);
	}

	@Test
	void garbageToASockJsSessionIsAnsweredAndTheSessionGoesOn() {
		assertThat(post("/ws/000/garbage/xhr", "").body()).isEqualTo("o\n");
		assertThat(post("/ws/000/garbage/xhr_send", "").statusCode()).isEqualTo(500);
		assertThat(post("/ws/000/garbage/xhr_send", "[\"x").statusCode()).isEqualTo(500);
		assertThat(post("/ws/000/garbage/xhr_send", "{\"a\":1}").statusCode()).isEqualTo(500);
		assertThat(post("/ws/000/garbage/xhr_send", "[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]").statusCode())
			.isEqualTo(204);
		assertThat(post("/ws/000/garbage/xhr", "").body()).startsWith("a[\"CONNECTED\\nversion:1.2");
	}

	@Test
	void aSockJsClientThatIsRefusedGetsTheErrorAndTheGoodbye() {
		CompletableFuture<HttpResponse<String>> stream = stream("refused");
		assertThat(post("/ws/000/refused/xhr_send", "[\"nonsense\\n\\n\\u0000\"]").statusCode()).isEqualTo(204);
		assertThat(stream.join().body()).contains("a[\"ERROR\\nmessage:This is not a STOMP frame.").contains("c[1002,");
	}

	private CompletableFuture<HttpResponse<String>> stream(String session) {
		CompletableFuture<HttpResponse<String>> stream = RealtimeServer
			.sendAsync(request("/ws/000/" + session + "/xhr_streaming", ""));
		await().until(() -> this.server.bean(Connections.class).find("sockjs-" + session) != null);
		return stream;
	}

	@Test
	void aSecondPollerIsTurnedAwayAndTheFirstGoesOn() {
		assertThat(post("/ws/000/two/xhr", "").body()).isEqualTo("o\n");
		CompletableFuture<HttpResponse<String>> first = RealtimeServer.sendAsync(request("/ws/000/two/xhr", ""));
		CompletableFuture<HttpResponse<String>> second = RealtimeServer.sendAsync(request("/ws/000/two/xhr", ""));
		CompletableFuture.anyOf(first, second).join();
		boolean isFirstDone = first.isDone();
		CompletableFuture<HttpResponse<String>> turnedAway = isFirstDone ? first : second;
		CompletableFuture<HttpResponse<String>> other = isFirstDone ? second : first;
		assertThat(turnedAway.join().body()).startsWith("c[2010,");
		assertThat(other).isNotDone();
		assertThat(post("/ws/111/two/xhr_send", "[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]").statusCode())
			.isEqualTo(204);
		assertThat(other.join().body()).startsWith("a[\"CONNECTED");
	}

	@Test
	void aSockJsSessionThatWasClosedSaysSo() {
		CompletableFuture<HttpResponse<String>> stream = stream("closed");
		post("/ws/000/closed/xhr_send", "[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
		post("/ws/000/closed/xhr_send", "[\"DISCONNECT\\nreceipt:bye\\n\\n\\u0000\"]");
		assertThat(stream.join().body()).contains("a[\"CONNECTED")
			.contains("a[\"RECEIPT\\nreceipt-id:bye")
			.contains("c[1000,");
		assertThat(post("/ws/000/closed/xhr", "").body()).doesNotContain("a[");
		assertThat(post("/ws/000/never/xhr_send", "[\"\\n\"]").statusCode()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "jsonp", "jsonp_send", "nothing" })
	void sockJsTransportsThatAreNotOfferedAreNotFound(String transport) {
		assertThat(this.server.get("/ws/000/off/" + transport + "?c=alert(1)").statusCode()).isEqualTo(404);
	}

	@Test
	void aCallbackThatIsScriptIsNotPassedOn() {
		HttpResponse<String> answer = this.server.get("/ws/000/script/htmlfile?c=alert(1)%3Cscript%3E");
		assertThat(answer.statusCode()).isEqualTo(500);
		assertThat(answer.body()).doesNotContain("alert").doesNotContain("<script");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/ws/a.b/session/xhr", "/ws/000//xhr", "/ws/000/a.b/xhr", "/ws/000/xhr" })
	void aSockJsAddressThatIsNoneIsNotFound(String path) {
		assertThat(post(path, "").statusCode()).isIn(400, 404);
	}

	private HttpRequest request(String path, String body) {
		return HttpRequest.newBuilder(this.server.uri("http", path))
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(body))
			.build();
	}

	private HttpResponse<String> post(String path, String body) {
		return RealtimeServer.send(request(path, body));
	}

	private double metric(String name) {
		return metric(this.server, name);
	}

	private static double metric(RealtimeServer server, String name) {
		return server.get("/actuator/prometheus")
			.body()
			.lines()
			.filter((line) -> line.startsWith(name))
			.mapToDouble((line) -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum();
	}

}
