package io.datadialysis.realtime;

import java.time.Duration;

import org.junit.jupiter.api.Test;

/** Ten minutes of clients that come and go: 30,000 in all. */
class SoakBenchmark {

	@Test
	void clientsThatComeAndGoForTenMinutesLeaveNothingBehind() throws InterruptedException {
		Soak.run(Duration.ofSeconds(Integer.getInteger("soak.seconds", 600)));
	}

}
