package io.datadialysis.realtime.socket;

import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import com.sun.management.ThreadMXBean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/** What clients may send, and what they may not. */
class FrameParserTests {

	private static final int LARGEST = 65_536;

	private static final int FINAL = 0x80;

	private final Heard heard = new Heard();

	private final FrameParser parser = new FrameParser(LARGEST, this.heard);

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 125, 126, 127, 65_535, 65_536 })
	void aMessageOfAnyAllowedLengthComesAsItWasSent(int length) throws Exception {
		byte[] payload = bytes(length);
		parse(frame(FINAL | Frames.BINARY, payload));
		assertThat(this.heard.messages).containsExactly(payload);
		assertThat(this.heard.kinds).containsExactly("binary");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 0x01020304, 0xFF00FF00, -1, Integer.MIN_VALUE })
	void anyMaskIsTakenOff(int mask) throws Exception {
		parse(frame(FINAL | Frames.TEXT, utf8("Grüße, 世界 🌍"), mask));
		assertThat(this.heard.texts()).containsExactly("Grüße, 世界 🌍");
	}

	@Test
	void aMessageInPartsIsPutTogether() throws Exception {
		parse(frame(Frames.TEXT, utf8("one ")), frame(Frames.CONTINUATION, utf8("two ")),
				frame(Frames.CONTINUATION, new byte[0]), frame(FINAL | Frames.CONTINUATION, utf8("three")));
		assertThat(this.heard.texts()).containsExactly("one two three");
	}

	@Test
	void aCharacterMayBeCutByThePartsOfAMessage() throws Exception {
		byte[] globe = utf8("🌍");
		parse(frame(Frames.TEXT, Arrays.copyOf(globe, 1)), frame(Frames.CONTINUATION, Arrays.copyOfRange(globe, 1, 3)),
				frame(FINAL | Frames.CONTINUATION, Arrays.copyOfRange(globe, 3, 4)));
		assertThat(this.heard.texts()).containsExactly("🌍");
	}

	@Test
	void controlFramesMayComeBetweenThePartsOfAMessage() throws Exception {
		parse(frame(Frames.TEXT, utf8("a")), frame(FINAL | Frames.PING, utf8("p")),
				frame(Frames.CONTINUATION, utf8("b")), frame(FINAL | Frames.PONG, new byte[125]),
				frame(FINAL | Frames.CONTINUATION, utf8("c")));
		assertThat(this.heard.kinds).containsExactly("ping", "pong", "text");
		assertThat(this.heard.texts()).containsExactly("p", "abc");
	}

	@Test
	void itDoesNotMatterWhereTheNetworkCuts() throws Exception {
		byte[] all = join(frame(FINAL | Frames.TEXT, utf8("whole")), frame(Frames.BINARY, bytes(130)),
				frame(FINAL | Frames.PING, utf8("ping")), frame(FINAL | Frames.CONTINUATION, bytes(300)),
				frame(FINAL | Frames.TEXT, new byte[0]), frame(FINAL | Frames.CLOSE, close(1001, "going")));
		new FrameParser(LARGEST, this.heard).parse(ByteBuffer.wrap(all));
		assertThat(this.heard.kinds).containsExactly("text", "ping", "binary", "text", "close 1001");
		for (int cut = 0; cut <= all.length; cut++) {
			Heard inTwo = new Heard();
			FrameParser cutOnce = new FrameParser(LARGEST, inTwo);
			cutOnce.parse(ByteBuffer.wrap(all, 0, cut));
			cutOnce.parse(ByteBuffer.wrap(all, cut, all.length - cut));
			assertThat(inTwo).as("cut at %s", cut).isEqualTo(this.heard);
		}
		Heard inBytes = new Heard();
		FrameParser byteByByte = new FrameParser(LARGEST, inBytes);
		for (byte one : all) {
			byteByByte.parse(ByteBuffer.wrap(new byte[] { one }));
		}
		assertThat(inBytes).isEqualTo(this.heard);
	}

	@Test
	void aLargeMessageMayComeInSmallPieces() throws Exception {
		byte[] payload = bytes(LARGEST);
		byte[] all = frame(FINAL | Frames.BINARY, payload);
		Random random = new Random(4);
		int at = 0;
		while (at < all.length) {
			int length = Math.min(all.length - at, 1 + random.nextInt(700));
			this.parser.parse(ByteBuffer.wrap(all, at, length));
			at += length;
		}
		assertThat(this.heard.messages).containsExactly(payload);
	}

	@Test
	void aFrameThatIsNotMaskedIsRefused() {
		assertBroken(CloseCode.PROTOCOL_ERROR, new byte[] { (byte) (FINAL | Frames.TEXT), 1 });
	}

	@ParameterizedTest
	@ValueSource(ints = { 0x40, 0x20, 0x10, 0x70 })
	void reservedBitsAreRefused(int reserved) {
		assertBroken(CloseCode.PROTOCOL_ERROR, new byte[] { (byte) (FINAL | reserved | Frames.TEXT) });
	}

	@ParameterizedTest
	@ValueSource(ints = { 3, 4, 5, 6, 7, 11, 12, 13, 14, 15 })
	void unknownOpcodesAreRefused(int opcode) {
		assertBroken(CloseCode.PROTOCOL_ERROR, new byte[] { (byte) (FINAL | opcode) });
	}

	@ParameterizedTest
	@ValueSource(ints = { Frames.CLOSE, Frames.PING, Frames.PONG })
	void aControlFrameInPartsIsRefused(int opcode) {
		assertBroken(CloseCode.PROTOCOL_ERROR, new byte[] { (byte) opcode });
	}

	@ParameterizedTest
	@CsvSource({ "8, 126", "9, 126", "10, 127" })
	void aControlFrameThatIsTooLongIsRefusedByItsHeader(int opcode, int length) {
		assertBroken(CloseCode.PROTOCOL_ERROR, new byte[] { (byte) (FINAL | opcode), (byte) (0x80 | length) });
	}

	@Test
	void aMessageWithinAMessageIsRefused() {
		assertBroken(CloseCode.PROTOCOL_ERROR, frame(Frames.TEXT, utf8("a")), frame(FINAL | Frames.TEXT, utf8("b")));
	}

	@Test
	void aContinuationOfNothingIsRefused() throws Exception {
		parse(frame(FINAL | Frames.TEXT, utf8("a")));
		assertBroken(CloseCode.PROTOCOL_ERROR, frame(FINAL | Frames.CONTINUATION, utf8("b")));
	}

	@ParameterizedTest
	@ValueSource(ints = { 1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4999 })
	void closeCodesThatAPeerMaySendAreTaken(int code) throws Exception {
		parse(frame(FINAL | Frames.CLOSE, close(code, "höflich")));
		assertThat(this.heard.kinds).containsExactly("close " + code);
	}

	@Test
	void aCloseWithoutACodeIsTaken() throws Exception {
		parse(frame(FINAL | Frames.CLOSE, new byte[0]));
		assertThat(this.heard.kinds).containsExactly("close 1005");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535 })
	void closeCodesThatNoPeerMaySendAreRefused(int code) {
		assertBroken(CloseCode.PROTOCOL_ERROR, frame(FINAL | Frames.CLOSE, close(code, "")));
	}

	@Test
	void halfACloseCodeIsRefused() {
		assertBroken(CloseCode.PROTOCOL_ERROR, frame(FINAL | Frames.CLOSE, new byte[] { 3 }));
	}

	@Test
	void aCloseReasonThatIsNotUtf8IsRefused() {
		assertBroken(CloseCode.BAD_TEXT, frame(FINAL | Frames.CLOSE, new byte[] { 3, (byte) 0xE8, (byte) 0xC3 }));
	}

	/** Cut short, too long for what they say, a surrogate, over the last character. */
	@ParameterizedTest
	@ValueSource(strings = { "C3", "80", "C080", "E08080", "EDA080", "F4908080", "F0808080", "FF", "61E282" })
	void textThatIsNotUtf8IsRefused(String hex) {
		assertBroken(CloseCode.BAD_TEXT, frame(FINAL | Frames.TEXT, HexFormat.of().parseHex(hex)));
		assertThat(this.heard.kinds).isEmpty();
	}

	@Test
	void binaryNeedNotBeUtf8() throws Exception {
		byte[] payload = { (byte) 0xFF, (byte) 0xC0 };
		parse(frame(FINAL | Frames.BINARY, payload));
		assertThat(this.heard.messages).containsExactly(payload);
	}

	@Test
	void aLengthThatIsNegativeIsRefused() {
		assertBroken(CloseCode.PROTOCOL_ERROR, longHeader(FINAL | Frames.BINARY, -1));
		assertThat(this.heard.kinds).isEmpty();
	}

	@ParameterizedTest
	@ValueSource(longs = { LARGEST + 1, 1L << 31, 1L << 32, (1L << 32) + 1, Long.MAX_VALUE })
	void aMessageThatIsTooLargeIsRefusedByItsHeader(long length) {
		assertBroken(CloseCode.TOO_LARGE, longHeader(FINAL | Frames.BINARY, length));
	}

	@ParameterizedTest
	@ValueSource(longs = { LARGEST, 1L << 32, Long.MAX_VALUE - 1, Long.MAX_VALUE })
	void aMessageThatGrowsTooLargeInPartsIsRefusedByTheHeaderOfThePart(long length) throws Exception {
		parse(frame(Frames.BINARY, bytes(10)));
		assertBroken(CloseCode.TOO_LARGE, longHeader(FINAL | Frames.CONTINUATION, length));
	}

	@Test
	void aMessageInTooManyPartsIsRefused() throws Exception {
		parse(frame(Frames.BINARY, new byte[0]));
		FrameParser.BrokenFrameException refusal = null;
		int parts = 1;
		while (refusal == null && parts < LARGEST) {
			refusal = broken(frame(Frames.CONTINUATION, new byte[0]));
			parts++;
		}
		assertThat(refusal).isNotNull()
			.extracting(FrameParser.BrokenFrameException::code)
			.isEqualTo(CloseCode.TOO_LARGE);
		assertThat(parts).isGreaterThan(1000);
	}

	@Test
	void memoryGrowsWithWhatHasComeAndNotWithWhatIsAnnounced() throws Exception {
		int clients = 1000;
		ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
		byte[] announced = frame(FINAL | Frames.BINARY, bytes(LARGEST));
		ByteBuffer firstBytes = ByteBuffer.wrap(announced, 0, 20);
		List<FrameParser> parsers = new ArrayList<>();
		long before = thread.getCurrentThreadAllocatedBytes();
		for (int i = 0; i < clients; i++) {
			FrameParser parser = new FrameParser(LARGEST, this.heard);
			parser.parse(firstBytes.rewind().limit(20));
			parsers.add(parser);
		}
		assertThat((thread.getCurrentThreadAllocatedBytes() - before) / clients).isLessThan(2000);
		assertThat(parsers).hasSize(clients);
	}

	@Test
	void nothingIsKeptOfAMessageThatIsOver() throws Exception {
		parse(frame(FINAL | Frames.TEXT, utf8("long ".repeat(1000))), frame(FINAL | Frames.TEXT, utf8("a")),
				frame(FINAL | Frames.TEXT, new byte[0]), frame(FINAL | Frames.PING, new byte[0]));
		assertThat(this.heard.texts()).containsExactly("long ".repeat(1000), "a", "", "");
	}

	private void parse(byte[]... frames) throws FrameParser.BrokenFrameException {
		this.parser.parse(ByteBuffer.wrap(join(frames)));
	}

	private void assertBroken(int code, byte[]... frames) {
		FrameParser.BrokenFrameException refusal = broken(frames);
		assertThat(refusal).isNotNull();
		assertThat(refusal.code()).isEqualTo(code);
		assertThat(refusal.sentence()).isNotEmpty();
	}

	private FrameParser.BrokenFrameException broken(byte[]... frames) {
		return catchThrowableOfType(FrameParser.BrokenFrameException.class, () -> parse(frames));
	}

	private static byte[] utf8(String text) {
		return text.getBytes(StandardCharsets.UTF_8);
	}

	private static byte[] bytes(int length) {
		byte[] bytes = new byte[length];
		new Random(length).nextBytes(bytes);
		return bytes;
	}

	private static byte[] close(int code, String reason) {
		byte[] utf8 = utf8(reason);
		return ByteBuffer.allocate(2 + utf8.length).putShort((short) code).put(utf8).array();
	}

	private static byte[] longHeader(int first, long length) {
		return ByteBuffer.allocate(10).put((byte) first).put((byte) 0xFF).putLong(length).array();
	}

	private static byte[] frame(int first, byte[] payload) {
		return frame(first, payload, 0xA1B2C3D4);
	}

	private static byte[] frame(int first, byte[] payload, int mask) {
		ByteBuffer frame = ByteBuffer.allocate(payload.length + 14).put((byte) first);
		if (payload.length < 126) {
			frame.put((byte) (0x80 | payload.length));
		}
		else if (payload.length < 65_536) {
			frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
		}
		else {
			frame.put((byte) (0x80 | 127)).putLong(payload.length);
		}
		frame.putInt(mask);
		byte[] key = ByteBuffer.allocate(4).putInt(mask).array();
		for (int i = 0; i < payload.length; i++) {
			frame.put((byte) (payload[i] ^ key[i % 4]));
		}
		return Arrays.copyOf(frame.array(), frame.position());
	}

	private static byte[] join(byte[]... parts) {
		ByteArrayOutputStream all = new ByteArrayOutputStream();
		for (byte[] part : parts) {
			all.writeBytes(part);
		}
		return all.toByteArray();
	}

	/** All that was heard, in its order. */
	private static final class Heard implements FrameParser.Sink {

		private final List<String> kinds = new ArrayList<>();

		private final List<byte[]> messages = new ArrayList<>();

		List<String> texts() {
			return this.messages.stream().map((message) -> new String(message, StandardCharsets.UTF_8)).toList();
		}

		@Override
		public void text(byte[] utf8) {
			this.kinds.add("text");
			this.messages.add(utf8);
		}

		@Override
		public void binary(byte[] bytes) {
			this.kinds.add("binary");
			this.messages.add(bytes);
		}

		@Override
		public void ping(byte[] payload) {
			this.kinds.add("ping");
			this.messages.add(payload);
		}

		@Override
		public void pong() {
			this.kinds.add("pong");
		}

		@Override
		public void close(int code) {
			this.kinds.add("close " + code);
		}

		@Override
		public boolean equals(@Nullable Object other) {
			return other instanceof Heard that && this.kinds.equals(that.kinds)
					&& Arrays.deepEquals(this.messages.toArray(), that.messages.toArray());
		}

		@Override
		public int hashCode() {
			return this.kinds.hashCode();
		}

		@Override
		public String toString() {
			return this.kinds + " " + this.messages.stream().map((message) -> message.length).toList();
		}

	}

}
