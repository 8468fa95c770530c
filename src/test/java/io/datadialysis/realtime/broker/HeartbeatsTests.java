package io.datadialysis.realtime.broker;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class HeartbeatsTests {

	private static final long LOOK_MS = 1000;

	@Test
	void theSlowerOfBothSidesCounts() {
		assertThat(Heartbeats.negotiate(new long[] { 4000, 30_000 })).isEqualTo(new Heartbeats(30_000, 10_000));
	}

	@Test
	void zeroMeansNone() {
		Heartbeats none = Heartbeats.negotiate(new long[] { 0, 0 });
		assertThat(none).isEqualTo(new Heartbeats(0, 0));
		assertThat(none.isDue(Long.MAX_VALUE / 2, LOOK_MS)).isFalse();
		assertThat(none.isClientGone(Long.MAX_VALUE)).isFalse();
	}

	@Test
	void oneIsSentBeforeThePromiseRunsOut() {
		Heartbeats heartbeats = new Heartbeats(10_000, 0);
		assertThat(heartbeats.isDue(7_900, LOOK_MS)).isFalse();
		assertThat(heartbeats.isDue(8_000, LOOK_MS)).isTrue();
	}

	@Test
	void aLateClientIsNotGoneASilentOneIs() {
		Heartbeats heartbeats = new Heartbeats(0, 10_000);
		assertThat(heartbeats.isClientGone(30_000)).isFalse();
		assertThat(heartbeats.isClientGone(30_001)).isTrue();
	}

}
