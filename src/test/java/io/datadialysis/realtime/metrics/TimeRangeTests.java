package io.datadialysis.realtime.metrics;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TimeRangeTests {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	@ParameterizedTest
	@ValueSource(strings = { "5m", "15m", "90m", "1h", "6h", "24h", "36h", "2d", "7d", "30d", "45d", "90d" })
	void readsWhatItWrites(String text) {
		assertThat(TimeRange.parse(text).text()).isEqualTo(text);
		assertThat(TimeRange.parse(text)).isEqualTo(TimeRange.parse(text));
	}

	@ParameterizedTest
	@CsvSource({ "60m, 1h", "1d, 24h", "1440m, 24h", "48h, 2d", "168h, 7d", "129600m, 90d" })
	void twoWaysToWriteItAreOneRange(String text, String usual) {
		assertThat(TimeRange.parse(text)).isEqualTo(TimeRange.parse(usual));
		assertThat(TimeRange.parse(text).text()).isEqualTo(usual);
	}

	@Test
	void aRangeIsAsLongAsItSaysAndEndsNow() {
		assertThat(TimeRange.parse("7d").length()).isEqualTo(Duration.ofDays(7));
		assertThat(TimeRange.parse("36h").start(NOW)).isEqualTo(NOW.minus(Duration.ofHours(36)));
		assertThat(TimeRange.parse("36h").end(NOW)).isEqualTo(NOW);
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " 1h", "1H", "5y", "-1h", "24h'; drop table", "4m", "91d", "2161h", "0h", "01h", "１h",
			"9999999d", "99999999999999999999h", "1.5h", "h", "300s" })
	void saysWhatIsAllowedAboutAnythingElse(@Nullable String text) {
		assertThatExceptionOfType(InvalidTimeRangeException.class).isThrownBy(() -> TimeRange.parse(text))
			.withMessageContaining("time_range")
			.withMessageContaining("5m to 90d");
	}

	@Test
	void repeatsNoControlCharactersAndNoNovels() {
		assertThatExceptionOfType(InvalidTimeRangeException.class)
			.isThrownBy(() -> TimeRange.parse("a\r\nb" + "x".repeat(100_000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(150).doesNotContainPattern("\\p{Cntrl}"));
	}

	@Test
	void betweenTwoInstantsIsTheSameWhateverTheirZone() {
		TimeRange range = TimeRange.between("2026-11-19T08:00:00Z", "2026-11-20T09:30:00.5Z");
		assertThat(TimeRange.between("2026-11-19T09:00:00+01:00", "2026-11-20T09:30:00.500")).isEqualTo(range);
		assertThat(range.length()).isEqualTo(Duration.parse("PT25H30M0.5S"));
		assertThat(range.text()).isEqualTo("2026-11-19T08:00:00Z/2026-11-20T09:30:00.500Z");
	}

	@Test
	void nothingInAWindowIsLaterThanNow() {
		TimeRange range = TimeRange.between("2026-11-19T00:00:00Z", "2026-12-01T00:00:00Z");
		assertThat(range.end(NOW)).isEqualTo(NOW);
		assertThat(TimeRange.between("2026-11-19T00:00:00Z", "2026-11-20T00:00:00Z").end(NOW))
			.isEqualTo(Instant.parse("2026-11-20T00:00:00Z"));
	}

	@ParameterizedTest
	@CsvSource({ "yesterday, 2026-11-20T00:00:00Z, 'from'", "2026-11-20T00:00:00Z, 2026-13-01T00:00:00Z, 'to'",
			"2026-11-19, 2026-11-20T00:00:00Z, 'from'", "2026-11-20T00:00:00 01:00, 2026-11-20T09:00:00Z, 'from'",
			"+999999999-01-01T00:00:00Z, 2026-11-20T00:00:00Z, 'from'",
			"-0001-01-01T00:00:00Z, 2026-11-20T00:00:00Z, 'from'", "2026-11-20T00:00:00Z, 2026-11-20T00:00:00Z, later",
			"2026-02-30T00:00:00Z, 2026-11-20T00:00:00Z, 'from'", "2026-11-19T24:00:00Z, 2026-11-20T09:00:00Z, 'from'",
			"2026-11-20T00:00:00Z, 2026-11-19T00:00:00Z, later",
			"2025-11-18T00:00:00Z, 2026-11-20T00:00:00Z, 366 days" })
	void saysWhatIsWrongWithTwoInstants(String from, String to, String reason) {
		assertThatExceptionOfType(InvalidTimeRangeException.class).isThrownBy(() -> TimeRange.between(from, to))
			.withMessageContaining(reason);
	}

	@Test
	void theCircuitBreakerIsTheSameAtAnyRange() {
		assertThat(new FeedRange(Feed.CIRCUIT_BREAKER, TimeRange.MONTH))
			.isEqualTo(new FeedRange(Feed.CIRCUIT_BREAKER, TimeRange.HOUR));
		assertThat(new FeedRange(Feed.OVERVIEW, TimeRange.MONTH))
			.isNotEqualTo(new FeedRange(Feed.OVERVIEW, TimeRange.HOUR));
	}

}
