package io.datadialysis.realtime;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RawSocket;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.Resources;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.Trouble;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that come and go all the time, clean and torn, and what stays of them. */
final class Soak {

	private static final int PER_SECOND = 50;

	private static final int WARM_UP_SECONDS = 5;

	/** A few hundred bytes for each client would be more than this. */
	private static final long HEAP_SLACK = 5L << 20;

	private static final int WAYS = 8;

	private final RealtimeServer server;

	private final AtomicLong number = new AtomicLong();

	private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

	private Soak(RealtimeServer server) {
		this.server = server;
	}

	/** Lets them come and go for a time, and fails when anything is left in the end. */
	static void run(Duration duration) throws InterruptedException {
		try (RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.update-interval=500ms", "--logging.level.io.datadialysis=warn");
				StompPeer bystander = StompPeer.connect(server);
				Trouble trouble = Trouble.listen()) {
			bystander.subscribe("bystander", "/topic/metrics");
			Soak soak = new Soak(server);
			soak.comeAndGo(WARM_UP_SECONDS * PER_SECOND);
			soak.awaitNobody();
			long sequence = drain(bystander);
			Resources before = Resources.now();
			soak.comeAndGo(duration.toSeconds() * PER_SECOND);
			soak.awaitNobody();
			assertThat(soak.failures).isEmpty();
			assertThat(trouble.seen()).isEmpty();
			// One message a second at least, and none older than the one before.
			long ticks = 0;
			while (ticks < duration.toSeconds()) {
				assertThat(bystander.nextMessage("bystander").json().get("sequence").asLong()).isGreaterThan(sequence);
				ticks++;
			}
			drain(bystander);
			before.awaitAgain(HEAP_SLACK);
		}
	}

	private static long drain(StompPeer peer) {
		while (peer.poll() != null) {
			// taken
		}
		return peer.nextMessage("bystander").json().get("sequence").asLong();
	}

	private void awaitNobody() {
		await().atMost(Duration.ofSeconds(60)).until(() -> this.server.bean(Connections.class).count() == 1);
		await().atMost(Duration.ofSeconds(60)).until(() -> this.server.bean(FeedSubscriptions.class).count() == 1);
		assertThat(this.server.getJson("/api/connections").get("total").asInt()).isEqualTo(1);
	}

	private void comeAndGo(long count) throws InterruptedException {
		CountDownLatch gone = new CountDownLatch(Math.toIntExact(count));
		AtomicLong left = new AtomicLong(count);
		try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
				ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
			ScheduledFuture<?> coming = clock.scheduleAtFixedRate(() -> {
				if (left.getAndDecrement() > 0) {
					clients.execute(() -> {
						try {
							client(this.number.incrementAndGet());
						}
						catch (RuntimeException | AssertionError ex) {
							this.failures.add(ex);
						}
						finally {
							gone.countDown();
						}
					});
				}
			}, 0, TimeUnit.SECONDS.toMicros(1) / PER_SECOND, TimeUnit.MICROSECONDS);
			gone.await();
			coming.cancel(false);
		}
	}

	private void client(long n) {
		switch ((int) (n % WAYS)) {
			case 0 -> {
				try (RawSocket stomp = subscribed()) {
					stomp.frame("DISCONNECT", "", "receipt:bye");
					stomp.nextFrame((frame) -> frame.header("receipt-id").equals("bye"));
					assertThat(stomp.nextClose().closeCode()).isEqualTo(1000);
				}
			}
			case 1 -> subscribed().tear();
			case 2 -> {
				try (RawSocket json = RawSocket.webSocket(this.server, "/ws/realtime?time_range=7d")) {
					assertThat(json.next().text()).contains("connection");
					json.send(RawSocket.webSocketFrame(RawSocket.FINAL | RawSocket.CLOSE, new byte[0]));
					json.awaitEnd();
				}
			}
			case 3 -> RawSocket.webSocket(this.server, "/ws/realtime").tear();
			case 4 -> RawSocket.webSocket(this.server, "/ws").tear();
			case 5 -> {
				RawSocket sockJs = RawSocket.webSocket(this.server, "/ws/000/soak-" + n + "/websocket");
				assertThat(sockJs.next().text()).isEqualTo("o");
				sockJs.text("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
				assertThat(sockJs.next().text()).startsWith("a[\"CONNECTED");
				if (n % 16 < 8) {
					sockJs.tear();
				}
				else {
					sockJs.close();
				}
			}
			case 6 -> {
				RawSocket half = RawSocket.open(this.server);
				half.send("GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: web".getBytes(StandardCharsets.US_ASCII));
				half.tear();
			}
			default -> {
				try (RawSocket stomp = subscribed()) {
					stomp.send(new byte[] { (byte) 0x81, (byte) 0xFE, 1 });
				}
			}
		}
	}

	private RawSocket subscribed() {
		RawSocket stomp = RawSocket.stomp(this.server);
		stomp.subscribe("s", "/topic/security.1h");
		stomp.nextFrame((frame) -> frame.command().equals("MESSAGE"));
		return stomp;
	}

}
