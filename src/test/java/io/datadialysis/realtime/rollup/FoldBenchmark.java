package io.datadialysis.realtime.rollup;

import java.io.PrintStream;
import java.time.Duration;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** How quickly what was written is counted. */
class FoldBenchmark {

	private static final PrintStream out = System.out;

	private static final int ROWS = 500_000;

	@Test
	void aLargeStatementIsFolded() throws Exception {
		Postgres.Database database = PipelineTables.create(Postgres.shared());
		try (RealtimeServer server = RealtimeServer.startWith(database)) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			database.execute("INSERT INTO logs (log_id, field_name, original_hash, rule_triggered) SELECT 'fold-' || i,"
					+ " 'f' || i % 10, 'h', 'r' || i % 4 FROM generate_series(1, " + ROWS + ") AS i");
			long start = System.nanoTime();
			await().pollInterval(Duration.ofMillis(10))
				.until(() -> "0".equals(
						PipelineTables.single(database, "SELECT count(*) FROM realtime.rollup_queue WHERE id > 0")));
			double seconds = (System.nanoTime() - start) / 1e9;
			out.printf("Fold: %,.0f rows of logs a second%n", ROWS / seconds);
			assertThat(seconds).isLessThan(10);
		}
	}

}
