package io.datadialysis.realtime.broker;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RawSocket;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.snapshot.Snapshot;

import org.springframework.messaging.simp.SimpMessagingTemplate;

/**
 * The whole server, published to from outside: a load generator tells it by
 * {@link PublishOrders} what to publish, and measures what arrives. Arguments are
 * {@code --port} and {@code --ctl} (the port for the orders).
 */
final class BroadcastBench {

	private static final int WARM_UP = 3000;

	private BroadcastBench() {
	}

	/**
	 * Connecting is measured first; a server that has just started still interprets it.
	 */
	private static void warmUp(RealtimeServer server) {
		try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
			Semaphore atOnce = new Semaphore(100);
			for (int i = 0; i < WARM_UP; i++) {
				atOnce.acquireUninterruptibly();
				clients.execute(() -> {
					try (RawSocket socket = RawSocket.stomp(server)) {
						socket.subscribe("sub-0", PublishOrders.DESTINATION);
						socket.nextFrame();
					}
					finally {
						atOnce.release();
					}
				});
			}
		}
	}

	public static void main(String[] args) throws IOException {
		int port = 8080;
		int control = 7001;
		for (int i = 0; i + 1 < args.length; i += 2) {
			switch (args[i]) {
				case "--port" -> port = Integer.parseInt(args[i + 1]);
				case "--ctl" -> control = Integer.parseInt(args[i + 1]);
				default -> throw new IllegalArgumentException("Not known: " + args[i]);
			}
		}
		RealtimeServer server = RealtimeServer.startOn(port,
				"--spring.datasource.url=" + Postgres.shared().createDatabase().url(), "--realtime.update-interval=1h",
				"--realtime.connections.maximum=100000", "--realtime.connections.maximum-per-address=100000",
				"--realtime.connections.handshakes-per-second=100000", "--logging.level.root=warn",
				"--realtime.rollup.poll-interval=10s");
		warmUp(server);
		SimpMessagingTemplate template = server.bean(SimpMessagingTemplate.class);
		// Each is newer than all before, as snapshots are.
		PublishOrders.serve(control, (epoch, sequence, message) -> template.convertAndSend(PublishOrders.DESTINATION,
				message.json(), Map.of(Snapshot.Version.HEADER, new Snapshot.Version(epoch, sequence))));
	}

}
