package io.datadialysis.realtime.rollup;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;

import io.datadialysis.realtime.fixtures.JarProcess;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** A server that is killed while it folds loses nothing and counts nothing twice. */
class RollupCrashIT {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	private static final int KILLS = 2;

	@Test
	void afterAKillTheTotalsAreThoseOfTheTables(@TempDir Path folder) throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		Random random = new Random(9);
		try (RandomWriter writer = new RandomWriter(database, "w", 9, NOW)) {
			for (int i = 0; i < KILLS; i++) {
				try (JarProcess server = JarProcess.start(folder, "--spring.datasource.url=" + database.url(),
						"--realtime.clock.fixed-at=" + NOW, "--realtime.rollup.poll-interval=10ms")) {
					server.awaitReady();
					await().until(() -> server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
					int transactions = 60 + random.nextInt(40);
					for (int t = 0; t < transactions; t++) {
						writer.transaction();
					}
					server.kill();
				}
				for (int t = 0; t < 20; t++) {
					writer.transaction();
				}
			}
		}
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.clock.fixed-at=" + NOW)) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			Comparison comparison = new Comparison(server);
			assertThat(comparison.compareAll(NOW)).isEqualTo(Comparison.ALL);
			await().until(() -> server.bean(QueueFold.class).fold().isEmpty());
			assertThat(comparison.compareAll(NOW)).isEqualTo(Comparison.ALL);
		}
	}

}
