package io.datadialysis.realtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import io.datadialysis.realtime.fixtures.GoldenData;
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

	@Test
	void aSnapshotComesWithin200MillisecondsOfSubscribing() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		// An interval of an hour: what comes within moments can only be the answer to the
		// SUBSCRIBE; and each feed and range
		// is asked for once, so that each answer has to be computed.
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.update-interval=1h");
				StompPeer peer = StompPeer.connect(server)) {
			GoldenData.load(database);
			List<Duration> waits = new ArrayList<>();
			for (String topic : List.of("metrics", "security", "performance")) {
				for (String range : List.of("1h", "6h", "24h", "7d", "30d")) {
					String destination = "/topic/" + topic + "." + range;
					long start = System.nanoTime();
					peer.subscribe(destination, destination);
					assertThat(peer.nextMessage(destination).json().get("stale").asBoolean()).isFalse();
					waits.add(Duration.ofNanos(System.nanoTime() - start));
				}
			}
			// All but the slowest two, which warm up the JVM.
			assertThat(waits.stream().sorted().toList().get(waits.size() - 3)).isLessThan(Duration.ofMillis(200));
		}
	}

}
