package io.datadialysis.realtime.rollup;

import java.time.Duration;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNoException;

/** Times to keep buckets that leave a gap between two lengths are refused. */
class RollupPropertiesTests {

	private static final Duration POLL = Duration.ofMillis(100);

	@Test
	void theShortestTimesAreAllowed() {
		assertThatNoException().isThrownBy(() -> new RollupProperties(Duration.ofMillis(10), Duration.ofMinutes(1),
				Duration.ofMinutes(61), Duration.ofMinutes(1501)));
	}

	@Test
	void longerBucketsMustBeKeptLongerByAtLeastOneOfTheirLength() {
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> new RollupProperties(POLL, Duration.ofSeconds(59), Duration.ofDays(1), Duration.ofDays(3)))
			.withMessage("realtime.rollup.keep-seconds must be at least 1m");
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> new RollupProperties(POLL, Duration.ofMinutes(1), Duration.ofMinutes(60), Duration.ofDays(3)))
			.withMessageContaining("realtime.rollup.keep-minutes must be at least an hour more");
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new RollupProperties(POLL, Duration.ofMinutes(1), Duration.ofMinutes(61),
					Duration.ofMinutes(1500)))
			.withMessageContaining("realtime.rollup.keep-hours must be at least a day more");
	}

	@Test
	void looksThatAreTooFrequentOrTooRareAreRefused() {
		for (Duration interval : new Duration[] { Duration.ofMillis(9), Duration.ofMillis(10_001) }) {
			assertThatIllegalArgumentException()
				.isThrownBy(() -> new RollupProperties(interval, Duration.ofHours(2), Duration.ofDays(35),
						Duration.ofDays(400)))
				.withMessage("realtime.rollup.poll-interval must be from 10ms to 10s");
		}
	}

}
