package io.datadialysis.realtime;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What is pushed between ticks. The next tick is an hour away. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PushOnChangeIT {

	private static final String INSERT = "INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity)"
			+ " VALUES (gen_random_uuid()::text, 'BULK_PERSISTENCE', clock_timestamp() AT TIME ZONE 'UTC', 'INFO')";

	private final Postgres.Database database = Postgres.shared().createDatabase();

	private final RealtimeServer server = RealtimeServer.startWith(this.database, "--realtime.update-interval=1h");

	PushOnChangeIT() {
		await().until(() -> this.server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void whatAWriterCommitsIsPushedToThoseWhoWatchIt() {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:1h")) {
			for (String topic : List.of("metrics", "security", "performance", "circuit-breaker")) {
				peer.subscribe(topic, "/topic/" + topic);
				peer.nextMessage(topic);
			}
			this.database.execute(INSERT);
			List<String> pushed = new ArrayList<>();
			while (pushed.size() < 4) {
				pushed.add(peer.nextFrame((frame) -> frame.command().equals("MESSAGE")).header("subscription"));
			}
			assertThat(pushed).containsExactlyInAnyOrder("metrics", "security", "performance", "circuit-breaker");
		}
	}

	@Test
	void aPushKnowsOfTheChangeThatCausedIt() {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:24h")) {
			peer.subscribe("s", "/topic/metrics");
			long total = peer.nextMessage("s").json().at("/data/ingestions/total").asLong();
			for (int i = 1; i <= 5; i++) {
				this.database.execute(INSERT);
				long now = peer.nextMessage("s").json().at("/data/ingestions/total").asLong();
				while (now < total + i) {
					now = peer.nextMessage("s").json().at("/data/ingestions/total").asLong();
				}
			}
		}
	}

	@Test
	void manyCommitsArePushedTogetherAtMostFourTimesASecond() throws SQLException {
		try (StompPeer peer = StompPeer.connect(this.server, "time-range:7d");
				Connection writer = this.database.connect();
				Statement statement = writer.createStatement()) {
			peer.subscribe("s", "/topic/metrics");
			long total = peer.nextMessage("s").json().at("/data/ingestions/total").asLong();
			long start = System.nanoTime();
			int commits = 0;
			while (System.nanoTime() - start < 1_500_000_000L) {
				statement.execute(INSERT);
				commits++;
			}
			int messages = 0;
			long now = total;
			while (now < total + commits) {
				now = peer.nextMessage("s").json().at("/data/ingestions/total").asLong();
				messages++;
			}
			double seconds = (System.nanoTime() - start) / 1e9;
			assertThat(commits).isGreaterThan(20);
			assertThat(messages).isLessThanOrEqualTo((int) (seconds * 4) + 1);
		}
	}

}
