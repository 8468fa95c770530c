package io.datadialysis.realtime.metrics;

import java.time.Duration;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TimeRangeTests {

	@ParameterizedTest
	@EnumSource
	void readsWhatItWrites(TimeRange range) {
		assertThat(TimeRange.parse(range.text())).isEqualTo(range);
	}

	@Test
	void aRangeIsAsLongAsItSays() {
		assertThat(TimeRange.parse("7d").length()).isEqualTo(Duration.ofDays(7));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(strings = { "", " 1h", "1H", "5y", "-1h", "24h'; drop table", "60m", "１h" })
	void saysWhatIsAllowedAboutAnythingElse(@Nullable String text) {
		assertThatExceptionOfType(InvalidTimeRangeException.class).isThrownBy(() -> TimeRange.parse(text))
			.withMessageContaining("time_range")
			.withMessageContaining("1h, 24h, 7d, 30d");
	}

	@Test
	void repeatsNoControlCharactersAndNoNovels() {
		assertThatExceptionOfType(InvalidTimeRangeException.class)
			.isThrownBy(() -> TimeRange.parse("a\r\nb" + "x".repeat(100_000)))
			.satisfies((ex) -> assertThat(ex.getMessage()).hasSizeLessThan(150).doesNotContainPattern("\\p{Cntrl}"));
	}

	@Test
	void theCircuitBreakerIsTheSameAtAnyRange() {
		assertThat(new FeedRange(Feed.CIRCUIT_BREAKER, TimeRange.MONTH))
			.isEqualTo(new FeedRange(Feed.CIRCUIT_BREAKER, TimeRange.HOUR));
		assertThat(new FeedRange(Feed.OVERVIEW, TimeRange.MONTH))
			.isNotEqualTo(new FeedRange(Feed.OVERVIEW, TimeRange.HOUR));
	}

}
