package io.datadialysis.realtime.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MailboxTests {

	private final Mailbox mailbox = new Mailbox();

	private final List<String> written = new ArrayList<>();

	@Test
	void aNewerFrameTakesThePlaceOfTheOneThatWaits() {
		this.mailbox.put("metrics", frame("1"));
		this.mailbox.put("security", frame("2"));
		this.mailbox.put("metrics", frame("3"));
		assertThat(drain()).containsExactly("3", "2");
	}

	@Test
	void framesOfNoSlotAllStayInOrder() {
		this.mailbox.put("metrics", frame("1"));
		this.mailbox.add(frame("receipt a"));
		this.mailbox.add(frame("receipt b"));
		this.mailbox.put("metrics", frame("2"));
		assertThat(drain()).containsExactly("2", "receipt a", "receipt b");
	}

	@Test
	void oneFrameIsWrittenAtATime() {
		this.mailbox.put("metrics", frame("1"));
		assertThat(this.mailbox.next()).isNotNull();
		this.mailbox.put("metrics", frame("2"));
		assertThat(this.mailbox.next()).isNull();
		this.mailbox.written();
		assertThat(this.mailbox.next()).isNotNull();
	}

	@Test
	void aSlotThatWasRemovedIsNotWritten() {
		this.mailbox.put("metrics", frame("1"));
		this.mailbox.put("security", frame("2"));
		this.mailbox.remove("metrics");
		assertThat(drain()).containsExactly("2");
	}

	@Test
	void aFullMailboxTakesOnlyReplacements() {
		this.mailbox.put("metrics", frame("0"));
		for (int i = 1; i < Mailbox.CAPACITY; i++) {
			assertThat(this.mailbox.add(frame("r" + i))).isTrue();
		}
		assertThat(this.mailbox.add(frame("one too many"))).isFalse();
		assertThat(this.mailbox.put("metrics", frame("newer"))).isTrue();
		assertThat(drain()).hasSize(Mailbox.CAPACITY).startsWith("newer");
	}

	private Consumer<Runnable> frame(String text) {
		return (whenWritten) -> {
			this.written.add(text);
			whenWritten.run();
		};
	}

	private List<String> drain() {
		@Nullable Consumer<Runnable> frame = this.mailbox.next();
		while (frame != null) {
			frame.accept(this.mailbox::written);
			frame = this.mailbox.next();
		}
		return this.written;
	}

}
