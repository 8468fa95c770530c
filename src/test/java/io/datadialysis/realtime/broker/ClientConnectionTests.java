package io.datadialysis.realtime.broker;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** In which order a client gets its frames, and which of them it never gets. */
class ClientConnectionTests {

	private final Wire wire = new Wire();

	private final Counts counts = new Counts();

	private final ClientConnection connection = new ClientConnection("test-1", Transport.WEBSOCKET, "127.0.0.1",
			this.wire, this.counts, 50);

	@Test
	void aClientThatReadsGetsEachFrameAtOnce() {
		put("metrics", "1");
		put("metrics", "2");
		this.connection.send(frame("receipt"));
		assertThat(this.wire.written).containsExactly("1", "2", "receipt");
		assertThat(this.counts.replaced).isZero();
		assertThat(this.counts.bytes).isEqualTo(9);
	}

	@Test
	void aNewerFrameTakesThePlaceOfTheOneThatWaits() {
		this.wire.freeze();
		put("metrics", "0");
		put("metrics", "1");
		put("security", "2");
		put("metrics", "3");
		this.wire.thaw();
		assertThat(this.wire.written).containsExactly("0", "3", "2");
		assertThat(this.counts.replaced).isEqualTo(1);
	}

	@Test
	void framesOfNoSlotAllStayInOrder() {
		this.wire.freeze();
		put("metrics", "0");
		put("metrics", "1");
		this.connection.send(frame("receipt a"));
		this.connection.send(frame("receipt b"));
		put("metrics", "2");
		this.wire.thaw();
		assertThat(this.wire.written).containsExactly("0", "2", "receipt a", "receipt b");
	}

	@Test
	void oneFrameIsWrittenAtATime() {
		this.wire.freeze();
		put("metrics", "1");
		put("security", "2");
		put("performance", "3");
		assertThat(this.wire.written).containsExactly("1");
		this.wire.readOne();
		assertThat(this.wire.written).containsExactly("1", "2");
		this.wire.readOne();
		this.wire.readOne();
		put("metrics", "4");
		assertThat(this.wire.written).containsExactly("1", "2", "3", "4");
		assertThat(this.wire.mostAtATime).isEqualTo(1);
	}

	@Test
	void aTransportThatIsDoneBeforeItReturnsIsTakenAtItsWord() {
		this.wire.freeze();
		put("metrics", "0");
		for (int i = 1; i <= 200; i++) {
			put(i, String.valueOf(i));
		}
		this.wire.isSynchronous = true;
		this.wire.thaw();
		assertThat(this.wire.written).hasSize(201).endsWith("199", "200");
		put("metrics", "201");
		assertThat(this.wire.written).endsWith("200", "201");
	}

	@Test
	void aSlotThatWasRemovedIsNotWritten() {
		this.wire.freeze();
		put("metrics", "0");
		put("metrics", "1");
		put("security", "2");
		remove("metrics");
		this.wire.thaw();
		assertThat(this.wire.written).containsExactly("0", "2");
		remove("security");
		put("security", "3");
		assertThat(this.wire.written).containsExactly("0", "2", "3");
	}

	@Test
	void tooMuchThatWaitsIsTheEndButNewerFramesAlwaysHaveTheirPlace() {
		this.wire.freeze();
		put("metrics", "being written");
		put("metrics", "0");
		for (int i = 1; i < ClientConnection.CAPACITY; i++) {
			this.connection.send(frame("r" + i));
		}
		assertThat(put("metrics", "newer")).isTrue();
		assertThat(put("security", "one too many")).isFalse();
		assertThat(this.connection.closing()).isNull();
		this.connection.send(frame("one too many"));
		assertThat(this.connection.closing()).isEqualTo(CloseReason.OVERFLOW);
		this.wire.thaw();
		assertThat(this.wire.written).containsExactly("being written", "goodbye overflow");
	}

	@Test
	void aPlaceholderKeepsItsPlaceAndIsNeverSent() {
		this.connection.hold();
		put("first", WireFrame.PLACEHOLDER);
		put("second", WireFrame.PLACEHOLDER);
		put("third", WireFrame.PLACEHOLDER);
		put("third", "3");
		put("first", "1");
		assertThat(this.wire.written).isEmpty();
		this.connection.release();
		assertThat(this.wire.written).containsExactly("1", "3");
		assertThat(this.counts.replaced).isZero();
		put("first", "4");
		assertThat(this.wire.written).containsExactly("1", "3", "4");
	}

	@Test
	void whatIsHeldBackIsSentInItsOrderWhenReleased() {
		this.connection.hold();
		put("metrics", "1");
		this.connection.send(frame("receipt"));
		put("metrics", "2");
		assertThat(this.wire.written).isEmpty();
		this.connection.release();
		assertThat(this.wire.written).containsExactly("2", "receipt");
	}

	@Test
	void theLastFrameComesBeforeTheGoodbyeAndWhatWaitedDoesNot() {
		this.wire.freeze();
		put("metrics", "being written");
		put("metrics", "waits");
		this.connection.send(frame("receipt waits"));
		this.connection.close(CloseReason.REFUSED, frame("error"));
		put("metrics", "too late");
		this.connection.send(frame("too late"));
		assertThat(this.wire.written).containsExactly("being written");
		this.wire.thaw();
		await().untilAsserted(
				() -> assertThat(this.wire.written).containsExactly("being written", "error", "goodbye refused"));
		this.connection.close(CloseReason.RESTARTING, frame("again"));
		assertThat(this.wire.written).hasSize(3);
		assertThat(this.counts.closed).containsExactly(CloseReason.REFUSED);
	}

	@Test
	void theGoodbyeWaitsUntilTheLastFrameIsWritten() {
		this.wire.freeze();
		this.connection.close(CloseReason.REFUSED, frame("error"));
		assertThat(this.wire.written).containsExactly("error");
		this.wire.thaw();
		await().untilAsserted(() -> assertThat(this.wire.written).containsExactly("error", "goodbye refused"));
	}

	@Test
	void aConnectionThatIsHeldCanBeClosed() {
		this.connection.hold();
		put("metrics", "1");
		this.connection.close(CloseReason.RESTARTING, null);
		assertThat(this.wire.written).containsExactly("goodbye restarting");
		this.connection.release();
		assertThat(this.wire.written).hasSize(1);
	}

	@Test
	void nothingIsSentWhenTheConnectionHasEnded() {
		this.wire.freeze();
		put("metrics", "being written");
		put("metrics", "waits");
		this.connection.ended();
		this.wire.thaw();
		put("metrics", "later");
		assertThat(this.wire.written).containsExactly("being written");
		assertThat(this.connection.closing()).isEqualTo(CloseReason.DISCONNECTED);
	}

	@Test
	void itIsKnownForHowLongAFrameHasNotBeenRead() {
		assertThat(this.connection.blockedNanos(System.nanoTime())).isZero();
		this.wire.freeze();
		put("metrics", "1");
		long now = System.nanoTime();
		assertThat(this.connection.blockedNanos(now + 5_000)).isBetween(5_000L, Long.MAX_VALUE);
		this.wire.thaw();
		assertThat(this.connection.blockedNanos(System.nanoTime())).isZero();
	}

	private boolean put(Object slot, String text) {
		return put(slot, frame(text));
	}

	private boolean put(Object slot, WireFrame frame) {
		synchronized (this.connection) {
			return this.connection.put(slot, frame);
		}
	}

	private void remove(Object slot) {
		synchronized (this.connection) {
			this.connection.remove(slot);
		}
	}

	private static WireFrame frame(String text) {
		return WireFrame.single(text.getBytes(StandardCharsets.UTF_8));
	}

	/** Notes what is written, and is done with it at once or when it is told. */
	private static final class Wire implements ClientTransport {

		private final List<String> written = new CopyOnWriteArrayList<>();

		private final Deque<Runnable> underWay = new ArrayDeque<>();

		private boolean isFrozen;

		/** Whether the callback is run instead of the answer that it is done. */
		private boolean isSynchronous;

		private int mostAtATime;

		void freeze() {
			this.isFrozen = true;
		}

		void thaw() {
			this.isFrozen = false;
			while (!this.underWay.isEmpty()) {
				readOne();
			}
		}

		void readOne() {
			this.underWay.remove().run();
		}

		@Override
		public boolean write(WireFrame frame, Runnable whenWritten) {
			this.written.add(frame.text());
			if (this.isFrozen) {
				this.underWay.add(whenWritten);
				this.mostAtATime = Math.max(this.mostAtATime, this.underWay.size());
				return false;
			}
			if (this.isSynchronous) {
				whenWritten.run();
			}
			return true;
		}

		@Override
		public void close(CloseReason reason) {
			this.written.add("goodbye " + reason.text());
		}

		@Override
		public void abort() {
			this.written.add("abort");
		}

	}

	/** Counts. */
	private static final class Counts implements ClientConnection.Traffic {

		private final List<@Nullable CloseReason> closed = new ArrayList<>();

		private int bytes;

		private int replaced;

		@Override
		public void sent(int size) {
			this.bytes += size;
		}

		@Override
		public void replaced() {
			this.replaced++;
		}

		@Override
		public void closed(CloseReason reason) {
			this.closed.add(reason);
		}

	}

}
