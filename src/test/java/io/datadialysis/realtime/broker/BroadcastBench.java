package io.datadialysis.realtime.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.snapshot.Snapshot;

import org.springframework.messaging.simp.SimpMessagingTemplate;

/**
 * The whole server, published to from outside: a load generator tells it by a line of
 * text how often, for how long and how large, and measures what arrives. Arguments are
 * {@code --port}, {@code --ctl} (the port of the line protocol) and any key of the
 * server's.
 *
 * <p>
 * {@code PUB <rate per s> <seconds> <size in bytes> <first number>} is answered by
 * {@code DONE <first> <last> <microseconds>} when all is published.
 */
final class BroadcastBench {

	private static final String DESTINATION = "/topic/metrics";

	private BroadcastBench() {
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
		SimpMessagingTemplate template = server.bean(SimpMessagingTemplate.class);
		try (ServerSocket listening = new ServerSocket(control, 1, InetAddress.getLoopbackAddress())) {
			while (true) {
				try (Socket socket = listening.accept();
						BufferedReader lines = new BufferedReader(
								new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
					for (String line = lines.readLine(); line != null; line = lines.readLine()) {
						String done = publish(template, line.split(" ", -1));
						socket.getOutputStream().write(done.getBytes(StandardCharsets.US_ASCII));
					}
				}
			}
		}
	}

	private static String publish(SimpMessagingTemplate template, String[] order) {
		double rate = Double.parseDouble(order[1]);
		long count = Math.max(1, Math.round(rate * Double.parseDouble(order[2])));
		int size = Integer.parseInt(order[3]);
		long first = Long.parseLong(order[4]);
		long epoch = System.currentTimeMillis();
		long start = System.nanoTime();
		for (long i = 0; i < count; i++) {
			long due = start + (long) (i * 1e9 / rate);
			while (System.nanoTime() - due < 0) {
				LockSupport.parkNanos(due - System.nanoTime());
			}
			// Each is newer than all before, as snapshots are.
			template.convertAndSend(DESTINATION, message(first + i, size),
					Map.of(Snapshot.Version.HEADER, new Snapshot.Version(epoch, i)));
		}
		return "DONE " + first + " " + (first + count - 1) + " "
				+ TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start) + "\n";
	}

	private static byte[] message(long number, int size) {
		Instant now = Instant.now();
		String head = "{\"n\":" + number + ",\"t\":" + (now.getEpochSecond() * 1_000_000 + now.getNano() / 1000)
				+ ",\"p\":\"";
		return (head + "x".repeat(Math.max(0, size - head.length() - 2)) + "\"}").getBytes(StandardCharsets.US_ASCII);
	}

}
