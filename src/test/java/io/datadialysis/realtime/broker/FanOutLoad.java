package io.datadialysis.realtime.broker;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;

/**
 * Many STOMP subscribers in one thread, which have a server publish faster and faster
 * until it has fallen behind several times at the same rate. Prints a line for each step,
 * and at last {@code BEST <deliveries/s> <server's CPU-µs per delivery>}: those of the
 * step with most deliveries a second, of all steps in which nothing was lost. Others that
 * use the machine can only lower it.
 *
 * <p>
 * Arguments are {@code --port}, {@code --ctl} (the port for {@link PublishOrders}),
 * {@code --pid} (the server's), {@code --subscribers} and {@code --size} (of a message's
 * body, in bytes).
 */
final class FanOutLoad {

	private static final PrintStream out = System.out;

	private static final int CONNECTING_AT_ONCE = 50;

	private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(60);

	private static final Duration DRAIN_PATIENCE = Duration.ofSeconds(30);

	/** When nothing has come for so long, nothing more will. */
	private static final Duration DRAINED = Duration.ofMillis(1500);

	private static final double STEP_SECONDS = 3;

	private static final double FIRST_RATE = 10;

	private static final double FASTER = 1.5;

	private static final int TRIES = 6;

	/** Of the deliveries published in a second, how many must be made in a second. */
	private static final double KEEPS_UP = 0.95;

	private static final byte[] BODY_START = "{\"n\":".getBytes(StandardCharsets.US_ASCII);

	private static final byte[] HANDSHAKE = """
			GET /ws HTTP/1.1
			Host: localhost
			Upgrade: websocket
			Connection: Upgrade
			Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==
			Sec-WebSocket-Version: 13
			Sec-WebSocket-Protocol: v12.stomp

			""".replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII);

	private static final byte[] CONNECT = frame("CONNECT\naccept-version:1.2\nhost:localhost\n\n\0");

	private static final byte[] SUBSCRIBE = frame(
			"SUBSCRIBE\nid:sub-0\ndestination:" + PublishOrders.DESTINATION + "\n\n\0");

	private final ByteBuffer incoming = ByteBuffer.allocateDirect(256 * 1024);

	private final List<Subscriber> subscribers = new ArrayList<>();

	private final Selector selector;

	private final SocketChannel control;

	private final StringBuilder answer = new StringBuilder();

	private final ProcessHandle server;

	private final int size;

	private int ready;

	private int gone;

	private long nextNumber = 1;

	// The step that is under way.

	private final int[] latencies = new int[60_000];

	private long first;

	private long count;

	private long deliveries;

	private long lastDeliveryNanoTime;

	private FanOutLoad(Selector selector, SocketChannel control, ProcessHandle server, int size) throws IOException {
		this.selector = selector;
		this.control = control;
		this.server = server;
		this.size = size;
		control.configureBlocking(false);
		control.register(selector, SelectionKey.OP_READ, this);
	}

	public static void main(String[] args) throws IOException {
		Map<String, Integer> options = new HashMap<>();
		for (int i = 0; i + 1 < args.length; i += 2) {
			options.put(args[i], Integer.valueOf(args[i + 1]));
		}
		ProcessHandle server = ProcessHandle.of(option(options, "--pid")).orElseThrow();
		try (Selector selector = Selector.open();
				SocketChannel control = SocketChannel.open(loopback(option(options, "--ctl")))) {
			FanOutLoad load = new FanOutLoad(selector, control, server, option(options, "--size"));
			load.connect(option(options, "--port"), option(options, "--subscribers"));
			load.warmUp();
			load.ramp();
		}
	}

	private static int option(Map<String, Integer> options, String name) {
		return Objects.requireNonNull(options.get(name), name);
	}

	private static InetSocketAddress loopback(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	/** A text frame, masked with zeros, which change nothing. */
	private static byte[] frame(String text) {
		ByteBuffer frame = ByteBuffer.allocate(6 + text.length());
		frame.put((byte) 0x81).put((byte) (0x80 | text.length())).putInt(0);
		return frame.put(text.getBytes(StandardCharsets.US_ASCII)).array();
	}

	private void connect(int port, int wanted) throws IOException {
		long start = System.nanoTime();
		while (this.ready < wanted) {
			while (this.subscribers.size() < wanted && this.subscribers.size() - this.ready < CONNECTING_AT_ONCE) {
				this.subscribers.add(new Subscriber(port));
			}
			select();
			if (this.gone > 0 || System.nanoTime() - start > CONNECT_PATIENCE.toNanos()) {
				throw new IOException("Only " + this.ready + " of " + wanted + " could connect");
			}
		}
		out.printf("%d connected, %.0f a second%n", this.ready, this.ready / ((System.nanoTime() - start) / 1e9));
	}

	/** Also waits until all subscriptions have come into effect. */
	private void warmUp() throws IOException {
		while (step(1, 1).deliveries() < this.ready) {
			out.println("not all have subscribed yet");
		}
		step(20, 8);
		step(40, 6);
	}

	private void ramp() throws IOException {
		double rate = FIRST_RATE;
		Step best = null;
		for (int tries = 0; tries < TRIES && this.gone == 0;) {
			Step step = step(rate, STEP_SECONDS);
			if (step.complete() && (best == null || step.perSecond() > best.perSecond())) {
				best = step;
			}
			if (step.complete() && step.perSecond() > KEEPS_UP * rate * this.ready) {
				rate *= FASTER;
				tries = 0;
			}
			else {
				tries++;
			}
		}
		if (best == null) {
			throw new IOException("Something was lost in each step");
		}
		out.printf("BEST %.0f %.2f%n", best.perSecond(), best.cpuMicros());
	}

	private Step step(double rate, double seconds) throws IOException {
		this.first = this.nextNumber;
		this.count = Math.max(1, Math.round(rate * seconds));
		this.nextNumber += this.count;
		this.deliveries = 0;
		Arrays.fill(this.latencies, 0);
		long expected = this.count * this.ready;
		Duration cpuBefore = cpu(this.server);
		Duration ownCpuBefore = cpu(ProcessHandle.current());
		long start = System.nanoTime();
		this.lastDeliveryNanoTime = start;
		this.control.write(ByteBuffer.wrap(("PUB " + rate + " " + seconds + " " + this.size + " " + this.first + "\n")
			.getBytes(StandardCharsets.US_ASCII)));
		this.answer.setLength(0);
		long published = 0;
		while (true) {
			select();
			long now = System.nanoTime();
			if (published == 0 && this.answer.indexOf("\n") >= 0) {
				published = now;
			}
			if (published != 0 && (this.deliveries >= expected
					|| now - Math.max(published, this.lastDeliveryNanoTime) > DRAINED.toNanos()
					|| now - published > DRAIN_PATIENCE.toNanos())) {
				break;
			}
		}
		double elapsed = Math.max(1, this.lastDeliveryNanoTime - start) / 1e9;
		double ownShare = cpu(ProcessHandle.current()).minus(ownCpuBefore).toNanos() / (elapsed * 1e9);
		double cpuMicros = TimeUnit.NANOSECONDS.toMicros(cpu(this.server).minus(cpuBefore).toNanos())
				/ (double) Math.max(1, this.deliveries);
		Step step = new Step(this.deliveries, this.deliveries == expected && this.gone == 0, this.deliveries / elapsed,
				cpuMicros);
		out.printf("%6.1f/s: %d of %d, %.0f/s, p50 %d ms, p99 %d ms, %.2f µs each, load %.0f %% busy%n", rate,
				this.deliveries, expected, step.perSecond(), quantile(0.5), quantile(0.99), cpuMicros, 100 * ownShare);
		return step;
	}

	private static Duration cpu(ProcessHandle process) {
		return process.info().totalCpuDuration().orElse(Duration.ZERO);
	}

	private long quantile(double q) {
		long rank = (long) Math.ceil(q * this.deliveries);
		long seen = 0;
		for (int ms = 0; ms < this.latencies.length; ms++) {
			seen += this.latencies[ms];
			if (seen >= rank) {
				return ms;
			}
		}
		return this.latencies.length;
	}

	private void select() throws IOException {
		this.selector.select(this::ready, 100);
	}

	private void ready(SelectionKey key) {
		try {
			if (key.attachment() instanceof Subscriber subscriber) {
				subscriber.ready();
			}
			else {
				this.incoming.clear();
				if (this.control.read(this.incoming) < 0) {
					throw new IOException("The server takes no more orders");
				}
				this.answer.append(StandardCharsets.US_ASCII.decode(this.incoming.flip()));
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A message has come that was published to order. */
	private void delivered(long number, long micros) {
		if (number < this.first || number >= this.first + this.count) {
			return; // of a step that is over
		}
		this.deliveries++;
		this.lastDeliveryNanoTime = System.nanoTime();
		long ms = System.currentTimeMillis() - micros / 1000;
		this.latencies[(int) Math.clamp(ms, 0L, this.latencies.length - 1L)]++;
	}

	/**
	 * What a step has shown.
	 *
	 * @param deliveries how many messages have arrived
	 * @param complete whether everyone got every message
	 * @param perSecond deliveries in a second, until the last has arrived
	 * @param cpuMicros the server's processor time for each, in microseconds
	 */
	private record Step(long deliveries, boolean complete, double perSecond, double cpuMicros) {

	}

	/** One connection. */
	private final class Subscriber {

		private final SocketChannel channel;

		private final SelectionKey key;

		private State state = State.OPENING;

		/** What has come of a frame that is not complete. */
		private @Nullable ByteBuffer rest;

		Subscriber(int port) throws IOException {
			this.channel = SocketChannel.open();
			this.channel.configureBlocking(false);
			this.key = this.channel.register(FanOutLoad.this.selector, SelectionKey.OP_CONNECT, this);
			this.channel.connect(loopback(port));
		}

		void ready() throws IOException {
			if (this.key.isConnectable()) {
				this.channel.finishConnect();
				this.key.interestOps(SelectionKey.OP_READ);
				send(HANDSHAKE);
				return;
			}
			ByteBuffer bytes = FanOutLoad.this.incoming.clear();
			if (this.rest != null) {
				bytes.put(this.rest);
				this.rest = null;
			}
			if (this.channel.read(bytes) < 0) {
				end("the connection has ended");
				return;
			}
			bytes.flip();
			if (this.state == State.OPENING) {
				readHandshake(bytes);
			}
			while (this.state != State.OPENING && nextFrame(bytes)) {
				// one after the other
			}
			if (bytes.hasRemaining() && this.state != State.GONE) {
				this.rest = ByteBuffer.allocate(bytes.remaining()).put(bytes).flip();
			}
		}

		private void readHandshake(ByteBuffer bytes) throws IOException {
			String text = StandardCharsets.US_ASCII.decode(bytes.duplicate()).toString();
			int end = text.indexOf("\r\n\r\n");
			if (end < 0) {
				return;
			}
			if (!text.startsWith("HTTP/1.1 101")) {
				throw new IOException("Not a WebSocket: " + text);
			}
			bytes.position(bytes.position() + end + 4);
			this.state = State.CONNECTING;
			send(CONNECT);
		}

		private boolean nextFrame(ByteBuffer bytes) throws IOException {
			int start = bytes.position();
			if (bytes.remaining() < 4) {
				return false;
			}
			int length = bytes.get(start + 1) & 0x7f;
			int header = 2;
			if (length == 126) {
				length = bytes.getShort(start + 2) & 0xffff;
				header = 4;
			}
			else if (length == 127) {
				throw new IOException("A frame is larger than this load has any");
			}
			if (bytes.remaining() < header + length) {
				return false;
			}
			bytes.position(start + header + length);
			switch (bytes.get(start) & 0xff) {
				case 0x81, 0x82 -> message(bytes, start + header, length);
				case 0x88 -> end("closed by the server with " + bytes.getShort(start + header));
				case 0x89, 0x8a -> {
					// Nobody waits for an answer within a benchmark's time.
				}
				default -> throw new IOException("A message comes in parts");
			}
			return this.state != State.GONE;
		}

		private void message(ByteBuffer bytes, int start, int length) throws IOException {
			if (this.state == State.CONNECTING) {
				byte[] text = new byte[length];
				bytes.get(start, text);
				if (!new String(text, StandardCharsets.US_ASCII).startsWith("CONNECTED")) {
					throw new IOException("Not connected: " + new String(text, StandardCharsets.US_ASCII));
				}
				this.state = State.SUBSCRIBED;
				FanOutLoad.this.ready++;
				send(SUBSCRIBE);
				return;
			}
			// The body is at the end, before the NUL.
			int at = start + length - 1 - FanOutLoad.this.size;
			if (at <= start) {
				return;
			}
			for (byte expected : BODY_START) {
				if (bytes.get(at++) != expected) {
					return; // a real snapshot, or a heartbeat
				}
			}
			long number = 0;
			for (byte digit = bytes.get(at++); digit != ','; digit = bytes.get(at++)) {
				number = number * 10 + digit - '0';
			}
			at += "\"t\":".length();
			long micros = 0;
			for (byte digit = bytes.get(at++); digit != ','; digit = bytes.get(at++)) {
				micros = micros * 10 + digit - '0';
			}
			delivered(number, micros);
		}

		private void send(byte[] bytes) throws IOException {
			if (this.channel.write(ByteBuffer.wrap(bytes)) < bytes.length) {
				throw new IOException("The server does not read");
			}
		}

		private void end(String how) throws IOException {
			out.println("A subscriber has gone: " + how);
			this.state = State.GONE;
			FanOutLoad.this.gone++;
			this.channel.close();
		}

	}

	private enum State {

		OPENING, CONNECTING, SUBSCRIBED, GONE

	}

}
