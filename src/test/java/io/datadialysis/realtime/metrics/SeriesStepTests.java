package io.datadialysis.realtime.metrics;

import java.time.Instant;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class SeriesStepTests {

	@ParameterizedTest
	@ValueSource(strings = { "1s", "30s", "5m", "45m", "1h", "6h", "1d", "7d" })
	void readsWhatItWrites(String text) {
		assertThat(SeriesStep.parse(text).text()).isEqualTo(text);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0s", "7s", "7m", "5h", "2d", "14d", "1w", "-1h", "1h; drop table", "９s", "999999d" })
	void refusesWhatDoesNotFitIntoADay(String text) {
		assertThatExceptionOfType(InvalidSeriesException.class).isThrownBy(() -> SeriesStep.parse(text))
			.withMessageContaining("step");
	}

	@ParameterizedTest
	@CsvSource({ "5m, 2s", "1h, 30s", "6h, 2m", "24h, 10m", "7d, 1h", "30d, 4h", "90d, 12h" })
	void fitsARangeWithUpToSomeTwoHundredPoints(String range, String step) {
		assertThat(SeriesStep.fitting(TimeRange.parse(range)).text()).isEqualTo(step);
	}

	@Test
	void fitsTheLongestRange() {
		TimeRange year = TimeRange.between("2025-11-19T00:00:00Z", "2026-11-20T00:00:00Z");
		assertThat(SeriesStep.fitting(year).text()).isEqualTo("7d");
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
			.isThrownBy(() -> new SeriesKey(SeriesMetric.LATENCY, TimeRange.parse("90d"), SeriesStep.parse("1h")))
			.withMessageContaining("2162")
			.withMessageContaining("3h");
	}

}
