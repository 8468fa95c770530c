package io.datadialysis.realtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How long a new subscriber waits. Runs alone, so that it is this server's time and not
 * that of other tests.
 */
@Isolated
class SubscribeLatencyIT {

	private static final int SAMPLES = 15;

	@Test
	void aSnapshotComesWithin200MillisecondsOfSubscribing() {
		// An interval of an hour: what comes within moments can only be the answer to the
		// SUBSCRIBE.
		try (RealtimeServer slow = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.update-interval=1h"); StompPeer peer = StompPeer.connect(slow)) {
			List<Duration> waits = new ArrayList<>();
			for (int i = 0; i < SAMPLES; i++) {
				long start = System.nanoTime();
				peer.subscribe("s" + i, "/topic/security");
				assertThat(peer.nextMessage("s" + i).json().get("type").asString())
					.isEqualTo("security_metrics_update");
				waits.add(Duration.ofNanos(System.nanoTime() - start));
			}
			assertThat(waits.stream().sorted().toList().get(SAMPLES / 2)).isLessThan(Duration.ofMillis(200));
		}
	}

}
