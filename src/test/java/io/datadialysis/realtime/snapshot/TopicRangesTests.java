package io.datadialysis.realtime.snapshot;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.TimeRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.convert.DurationStyle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class TopicRangesTests {

	@Test
	void areOfferedFromTheShortestToTheLongestAndOnce() {
		TopicRanges ranges = offering("30d", "24h", "1d", "15m");
		assertThat(ranges.all()).extracting(TimeRange::text).containsExactly("15m", "24h", "30d");
		assertThat(ranges.parse("15m")).isEqualTo(TimeRange.parse("15m"));
	}

	@Test
	void anythingElseIsAnsweredWithWhatIsOffered() {
		assertThatExceptionOfType(InvalidTimeRangeException.class).isThrownBy(() -> offering("24h", "7d").parse("36h"))
			.withMessageContaining("36h")
			.withMessageContaining("24h, 7d.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "1m", "91d", "90s" })
	void aSettingThatIsNoRangeIsRefused(String text) {
		assertThatIllegalArgumentException().isThrownBy(() -> offering("24h", text))
			.withMessageContaining("realtime.time-ranges")
			.withMessageContaining("5m to 90d");
	}

	@Test
	void theRangeOfWhoeverAsksForNoneMustBeThere() {
		assertThatIllegalArgumentException().isThrownBy(() -> offering("1h", "7d")).withMessageContaining("24h");
	}

	private static TopicRanges offering(String... ranges) {
		List<Duration> lengths = Stream.of(ranges).map(DurationStyle::detectAndParse).toList();
		return new TopicRanges(new SnapshotProperties(Duration.ofSeconds(5), lengths));
	}

}
