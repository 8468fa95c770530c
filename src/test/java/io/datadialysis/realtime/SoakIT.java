package io.datadialysis.realtime;

import java.time.Duration;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A minute of clients that come and go; {@code -Dsoak.seconds=600} for longer. Runs
 * alone, so that what is held in the end is this server's.
 */
@Isolated
class SoakIT {

	@Test
	void clientsThatComeAndGoLeaveNothingBehind() throws InterruptedException {
		Soak.run(Duration.ofSeconds(Integer.getInteger("soak.seconds", 60)));
	}

}
