package io.datadialysis.realtime.metrics;

import java.time.Duration;
import java.time.Instant;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SeriesStepTests {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	private static final Duration SECOND = Duration.ofSeconds(1);

	@ParameterizedTest
	@ValueSource(strings = { "1s", "30s", "5m", "1h", "6h", "1d", "7d" })
	void readsWhatItWrites(String text) {
		assertThat(SeriesStep.parse(text).text()).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0s", "7s", "7m", "45m", "60m", "5h", "2d", "14d", "1w", "-1h", "1h; drop table", "９s",
			"999999d" })
	void refusesWhatDoesNotFitIntoADay(String text) {
		assertThatExceptionOfType(InvalidSeriesException.class).isThrownBy(() -> SeriesStep.parse(text))
			.withMessageContaining("step");
	}

	@ParameterizedTest
	@CsvSource({ "5m, 2s", "1h, 30s", "6h, 2m", "24h, 10m", "7d, 1h", "30d, 4h", "90d, 12h" })
	void isChosenToMakeUpToSomeTwoHundredPoints(String range, String step) {
		assertThat(choose(null, TimeRange.parse(range), SECOND).text()).isEqualTo(step);
	}

	@Test
	void fitsTheLongestRange() {
		TimeRange year = TimeRange.between("2025-11-19T00:00:00Z", "2026-11-20T00:00:00Z");
		assertThat(choose(null, year, SECOND).text()).isEqualTo("7d");
	}

	@Test
	void isNeverFinerThanWhatIsCounted() {
		TimeRange range = TimeRange.between("2026-10-01T00:00:00Z", "2026-10-02T00:00:00Z");
		assertThat(choose(null, range, Duration.ofHours(1)).text()).isEqualTo("1h");
		assertThat(choose("1h", range, Duration.ofHours(1)).text()).isEqualTo("1h");
		assertThatExceptionOfType(InvalidSeriesException.class)
			.isThrownBy(() -> choose("30m", range, Duration.ofHours(1)))
			.withMessageContaining("30m")
			.withMessageContaining("1h or longer");
	}

	@Test
	void whatLiesAheadMakesNoPoints() {
		TimeRange range = TimeRange.between("2026-11-20T11:37:00Z", "2027-11-01T00:00:00Z");
		assertThat(choose(null, range, SECOND).text()).isEqualTo("1m");
		assertThat(choose("1m", range, SECOND).text()).isEqualTo("1m");
	}

	@Test
	void aThousandPointsAreNotTooMany() {
		assertThat(choose("1s", TimeRange.between("2026-11-20T00:00:00Z", "2026-11-20T00:16:39Z"), SECOND).text())
			.isEqualTo("1s");
	}

	private static SeriesStep choose(@Nullable String asked, TimeRange range, Duration finest) {
		return SeriesStep.choose((asked != null) ? SeriesStep.parse(asked) : null, range, NOW, finest);
	}

	@ParameterizedTest
	@CsvSource({ "1h, 2026-11-20T14:37:23.456789Z, 2026-11-20T14:00:00Z",
			"1d, 2026-11-20T00:00:00Z, 2026-11-20T00:00:00Z", "7d, 2026-11-22T23:59:59.999999Z, 2026-11-16T00:00:00Z",
			"30s, 1969-12-31T23:59:59.999999Z, 1969-12-31T23:59:30Z" })
	void beginsAtMidnightUtcOrWholeStepsLater(String step, Instant instant, Instant beginning) {
		assertThat(SeriesStep.parse(step).floor(instant)).isEqualTo(beginning);
	}

	@Test
	void tooManyPointsAreRefusedWithAStepThatWouldDo() {
		assertThatExceptionOfType(InvalidSeriesException.class)
			.isThrownBy(() -> choose("1h", TimeRange.parse("90d"), SECOND))
			.withMessageContaining("2161")
			.withMessageContaining("3h");
	}

}
