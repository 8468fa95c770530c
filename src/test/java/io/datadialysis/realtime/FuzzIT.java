package io.datadialysis.realtime;

import java.io.ByteArrayOutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RawSocket;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.Resources;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.Trouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Traffic that is random, and right traffic with random faults: no exception, nothing
 * that stays behind, and nobody else harmed. A failure names its seed;
 * {@code -Dfuzz.seed} does it again.
 */
@Isolated
class FuzzIT {

	private static final int CLIENTS = 600;

	private static final int AT_A_TIME = 16;

	private static final long HEAP_SLACK = 8L << 20;

	private static final List<String> FRAMES = List.of(
			RawSocket.stompFrame("CONNECT", "", "accept-version:1.1,1.2", "heart-beat:10000,10000", "time-range:1h"),
			RawSocket.stompFrame("SUBSCRIBE", "", "id:s", "destination:/topic/metrics", "receipt:r"),
			RawSocket.stompFrame("SUBSCRIBE", "", "id:e", "destination:/user/queue/errors"),
			RawSocket.stompFrame("SUBSCRIBE", "", "id:w", "destination:/topic/security.7d", "time-range:1h"),
			RawSocket.stompFrame("SEND", "{\"time_range\":\"7d\"}", "destination:/app/time-range",
					"content-type:application/json", "content-length:19", "receipt:\\c\\n\\\\"),
			RawSocket.stompFrame("UNSUBSCRIBE", "", "id:s", "receipt:u"),
			RawSocket.stompFrame("DISCONNECT", "", "receipt:bye"), "\n", "\r\n");

	private static final List<String> JSON = List.of("{\"type\":\"set_time_range\",\"time_range\":\"7d\"}",
			"{\"type\":\"set_time_range\",\"time_range\":[[{}]]}", "{\"type\":null}", "[]");

	private static final List<String> SOCKJS = List.of("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]",
			"[\"SUBSCRIBE\\nid:s\\ndestination:/topic/metrics\\n\\n\\u0000\",\"\\n\"]", "[]", "[null]", "\"\"",
			"[\"\\ud800\"]");

	private static final byte[] INTERESTING = { 0, '\n', '\r', ':', '\\', (byte) 0x80, (byte) 0xFF, (byte) 0xC3, '"',
			'[', '{', 0x7F };

	private final long seed = Long.getLong("fuzz.seed", System.nanoTime());

	@Test
	void whateverIsSentNothingBreaksAndNothingStays() throws Exception {
		try (RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.update-interval=200ms", "--realtime.connections.connect-timeout=1s",
				"--realtime.connections.messages-per-second=1000", "--server.jetty.connection-idle-timeout=2s",
				"--logging.level.io.datadialysis=warn");
				StompPeer bystander = StompPeer.connect(server);
				Trouble trouble = Trouble.listen()) {
			bystander.subscribe("bystander", "/topic/metrics");
			fuzz(server, 0, CLIENTS / 10);
			awaitNobody(server);
			long sequence = newest(bystander);
			Resources before = Resources.now();
			fuzz(server, CLIENTS / 10, CLIENTS);
			awaitNobody(server);
			assertThat(trouble.seen()).as("seed %s", this.seed).isEmpty();
			for (int i = 0; i < 5; i++) {
				long next = bystander.nextMessage("bystander").json().get("sequence").asLong();
				assertThat(next).as("seed %s", this.seed).isGreaterThan(sequence);
				sequence = next;
			}
			assertThat(server.get("/actuator/prometheus").body()).as("seed %s", this.seed)
				.contains("realtime_connections_closed_total{reason=\"failed\"} 0.0");
			newest(bystander);
			before.awaitAgain(HEAP_SLACK);
		}
	}

	private static long newest(StompPeer peer) {
		while (peer.poll() != null) {
			// taken
		}
		return peer.nextMessage("bystander").json().get("sequence").asLong();
	}

	private void awaitNobody(RealtimeServer server) {
		await("seed " + this.seed).atMost(Duration.ofSeconds(60))
			.until(() -> server.bean(Connections.class).count() == 1);
		await("seed " + this.seed).atMost(Duration.ofSeconds(60))
			.until(() -> server.bean(FeedSubscriptions.class).count() == 1);
	}

	private void fuzz(RealtimeServer server, int from, int to) throws Exception {
		try (ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME)) {
			List<Future<?>> clients = new ArrayList<>();
			for (int i = from; i < to; i++) {
				Random random = new Random(this.seed + i);
				clients.add(threads.submit(() -> {
					try {
						client(server, random);
					}
					catch (UncheckedIOException ex) {
						// The server has had enough of it, as it may.
					}
				}));
			}
			for (Future<?> client : clients) {
				client.get();
			}
		}
	}

	private static void client(RealtimeServer server, Random random) {
		switch (random.nextInt(8)) {
			case 0 -> {
				try (RawSocket http = RawSocket.open(server)) {
					String request = "GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\n"
							+ String.join("\r\n", RawSocket.handshake()) + "\r\n\r\n";
					sendInChunks(http, random, mutated(random, request.getBytes(StandardCharsets.US_ASCII)));
				}
			}
			case 1 -> {
				try (RawSocket http = RawSocket.open(server)) {
					String session = "fuzz" + random.nextInt(20);
					post(http, random, "/ws/000/" + session + "/xhr", new byte[0]);
					for (int i = random.nextInt(6); i > 0; i--) {
						String body = pick(random, SOCKJS);
						post(http, random, "/ws/000/" + session + "/xhr_send",
								maybeMutated(random, body.getBytes(StandardCharsets.UTF_8)));
					}
				}
			}
			case 2 -> webSocket(RawSocket.webSocket(server, "/ws/realtime"), random, JSON);
			case 3 -> webSocket(RawSocket.webSocket(server, "/ws/000/fuzz" + random.nextInt() + "/websocket"), random,
					SOCKJS);
			case 4 -> webSocket(RawSocket.webSocket(server, "/ws"), random, FRAMES);
			default -> webSocket(RawSocket.stomp(server), random, FRAMES.subList(1, FRAMES.size()));
		}
	}

	private static void post(RawSocket http, Random random, String path, byte[] body) {
		ByteArrayOutputStream request = new ByteArrayOutputStream();
		request.writeBytes(("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: text/plain\r\n"
				+ "Content-Length: " + body.length + "\r\n\r\n")
			.getBytes(StandardCharsets.US_ASCII));
		request.writeBytes(body);
		sendInChunks(http, random, request.toByteArray());
	}

	private static void webSocket(RawSocket socket, Random random, List<String> messages) {
		try {
			for (int i = 1 + random.nextInt(20); i > 0; i--) {
				byte[] payload = maybeMutated(random, pick(random, messages).getBytes(StandardCharsets.UTF_8));
				sendInChunks(socket, random, framed(random, payload));
			}
			if (random.nextInt(3) == 0) {
				socket.send(RawSocket.webSocketFrame(RawSocket.FINAL | RawSocket.CLOSE, new byte[0]));
			}
		}
		finally {
			if (random.nextBoolean()) {
				socket.tear();
			}
			else {
				socket.close();
			}
		}
	}

	/** In a frame of its own, in parts, or in one that is broken. */
	private static byte[] framed(Random random, byte[] payload) {
		ByteArrayOutputStream frames = new ByteArrayOutputStream();
		int first = random.nextBoolean() ? RawSocket.TEXT : RawSocket.BINARY;
		switch (random.nextInt(12)) {
			case 0 -> frames.writeBytes(RawSocket.webSocketFrame(random.nextInt(256), payload));
			case 1 -> frames.writeBytes(mutated(random, RawSocket.webSocketFrame(RawSocket.FINAL | first, payload)));
			case 2 -> {
				byte[] header = ByteBuffer.allocate(14)
					.put((byte) random.nextInt(256))
					.put((byte) (0xFE | random.nextInt(2)))
					.putLong(random.nextLong() >> random.nextInt(64))
					.array();
				frames.writeBytes(header);
				frames.writeBytes(payload);
			}
			case 3 -> {
				byte[] noise = new byte[random.nextInt(300)];
				random.nextBytes(noise);
				frames.writeBytes(noise);
			}
			case 4, 5 -> {
				int cut = random.nextInt(payload.length + 1);
				frames.writeBytes(RawSocket.webSocketFrame(first, Arrays.copyOf(payload, cut)));
				frames.writeBytes(RawSocket.webSocketFrame(RawSocket.FINAL | RawSocket.PING, new byte[cut % 126]));
				frames.writeBytes(
						RawSocket.webSocketFrame(RawSocket.FINAL, Arrays.copyOfRange(payload, cut, payload.length)));
			}
			case 6 -> {
				int cut = random.nextInt(payload.length + 1);
				frames.writeBytes(RawSocket.webSocketFrame(RawSocket.FINAL | first, Arrays.copyOf(payload, cut)));
				frames.writeBytes(RawSocket.webSocketFrame(RawSocket.FINAL | first,
						Arrays.copyOfRange(payload, cut, payload.length)));
			}
			default -> frames.writeBytes(RawSocket.webSocketFrame(RawSocket.FINAL | first, payload));
		}
		return frames.toByteArray();
	}

	private static byte[] maybeMutated(Random random, byte[] bytes) {
		return (random.nextInt(3) == 0) ? mutated(random, bytes) : bytes;
	}

	/** With bytes changed, cut out, doubled, put in or made many. */
	private static byte[] mutated(Random random, byte[] bytes) {
		byte[] changed = bytes;
		for (int i = 1 + random.nextInt(3); i > 0; i--) {
			int at = random.nextInt(changed.length + 1);
			int end = at + random.nextInt(changed.length - at + 1);
			ByteArrayOutputStream mutant = new ByteArrayOutputStream();
			mutant.write(changed, 0, at);
			switch (random.nextInt(6)) {
				case 0 -> mutant.write(INTERESTING[random.nextInt(INTERESTING.length)]);
				case 1 -> end = Math.max(0, at - random.nextInt(at + 1)); // what is
																			// before
																			// comes again
				case 2 -> mutant.write(changed, at, end - at);
				case 3 ->
					mutant.writeBytes(("\nx" + random.nextInt() + ":" + random.nextLong()).repeat(random.nextInt(500))
						.getBytes(StandardCharsets.US_ASCII));
				case 4 -> {
					byte[] noise = new byte[random.nextInt(20)];
					random.nextBytes(noise);
					mutant.writeBytes(noise);
				}
				default -> {
					if (at < changed.length) {
						mutant.write(changed[at] ^ 1 << random.nextInt(8));
						end = at + 1;
					}
				}
			}
			mutant.write(changed, Math.min(end, changed.length), changed.length - Math.min(end, changed.length));
			changed = mutant.toByteArray();
		}
		return changed;
	}

	private static void sendInChunks(RawSocket socket, Random random, byte[] bytes) {
		int largest = 1 + random.nextInt(1 + bytes.length);
		int at = 0;
		while (at < bytes.length) {
			int length = Math.min(bytes.length - at, largest);
			socket.send(Arrays.copyOfRange(bytes, at, at + length));
			at += length;
			largest = 1 + random.nextInt(1 + bytes.length);
		}
	}

	private static <T> T pick(Random random, List<T> choices) {
		return choices.get(random.nextInt(choices.size()));
	}

}
