package io.datadialysis.realtime.broker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * By lines of text a load generator tells a server under test how often, for how long and
 * how large to publish.
 *
 * <p>
 * {@code PUB <rate per s> <seconds> <size in bytes> <first number>} is answered by
 * {@code DONE <first> <last> <microseconds>} when all is published.
 */
final class PublishOrders {

	static final String DESTINATION = "/topic/metrics";

	private PublishOrders() {
	}

	/**
	 * Takes orders, of one load generator at a time, for ever.
	 * @param port where, on the loopback address
	 * @param publisher publishes one message
	 */
	static void serve(int port, Publisher publisher) throws IOException {
		try (ServerSocket listening = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
			while (true) {
				try (Socket socket = listening.accept();
						BufferedReader lines = new BufferedReader(
								new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))) {
					for (String line = lines.readLine(); line != null; line = lines.readLine()) {
						String done = carryOut(line.split(" ", -1), publisher);
						socket.getOutputStream().write(done.getBytes(StandardCharsets.US_ASCII));
					}
				}
			}
		}
	}

	private static String carryOut(String[] order, Publisher publisher) {
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
			publisher.publish(epoch, i, Numbered.of(first + i, size));
		}
		return "DONE " + first + " " + (first + count - 1) + " "
				+ TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - start) + "\n";
	}

	/** Publishes one message to {@link #DESTINATION}. */
	@FunctionalInterface
	interface Publisher {

		/**
		 * Publishes.
		 * @param epoch when the order came, in milliseconds since 1970
		 * @param sequence which message of the order it is, from 0 on
		 * @param message the message
		 */
		void publish(long epoch, long sequence, Numbered message);

	}

	/**
	 * A message, as JSON of a given size.
	 *
	 * @param n its number
	 * @param t when it was made, in microseconds since 1970
	 * @param p padding
	 */
	record Numbered(long n, long t, String p) {

		static Numbered of(long number, int size) {
			Instant now = Instant.now();
			long micros = now.getEpochSecond() * 1_000_000 + now.getNano() / 1000;
			int bare = new Numbered(number, micros, "").json().length;
			return new Numbered(number, micros, "x".repeat(Math.max(0, size - bare)));
		}

		byte[] json() {
			return ("{\"n\":" + this.n + ",\"t\":" + this.t + ",\"p\":\"" + this.p + "\"}")
				.getBytes(StandardCharsets.US_ASCII);
		}

	}

}
