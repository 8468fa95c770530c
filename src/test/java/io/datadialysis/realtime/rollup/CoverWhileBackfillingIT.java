package io.datadialysis.realtime.rollup;

import java.time.Instant;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * After each step of the backfill, buckets, queue and rows together are what the tables
 * hold.
 */
class CoverWhileBackfillingIT {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	@Test
	void whatIsCountedInPartIsToldExactly() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		// One look at the start, and then none: the steps are taken here.
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.clock.fixed-at=" + NOW,
				"--realtime.rollup.poll-interval=10s"); RandomWriter writer = new RandomWriter(database, "w", 5, NOW)) {
			await().until(() -> server.getJson("/api/health").get("schema").asString().equals("ready"));
			for (int i = 0; i < 150; i++) {
				writer.transaction();
			}
			database.execute("SELECT realtime.rollup_rebuild()");
			Backfill backfill = server.bean(Backfill.class);
			Comparison comparison = new Comparison(server);
			int told = 0;
			int partly = 0;
			for (int steps = 0; steps < 200 && !backfill.coverage(NOW).isComplete(); steps++) {
				backfill.step(NOW);
				for (int i = 0; i < 3; i++) {
					writer.transaction(); // stays in the queue
				}
				int before = told;
				told = comparison.compareAll(NOW);
				partly += (told > before && told < Comparison.ALL) ? 1 : 0;
			}
			assertThat(backfill.coverage(NOW).isComplete()).isTrue();
			assertThat(partly).as("steps after which more could be told, and not all").isGreaterThan(2);
		}
	}

}
