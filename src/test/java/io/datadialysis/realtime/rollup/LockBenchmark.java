package io.datadialysis.realtime.rollup;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whether writers wait for a lock of ours, looked at while many of them write. */
class LockBenchmark {

	private static final PrintStream out = System.out;

	private static final int WRITERS = 8;

	private static final Duration LENGTH = Duration.ofSeconds(15);

	private static final String WAITS = """
			SELECT coalesce(n.nspname, '?') || '.' || coalesce(c.relname, '?') || ' ' || l.locktype AS lock
			  FROM pg_stat_activity AS a JOIN pg_locks AS l ON l.pid = a.pid AND NOT l.granted
			       LEFT JOIN pg_class AS c ON c.oid = l.relation LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace
			 WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'
			   AND a.application_name <> 'data-dialysis-realtime'
			""";

	@Test
	void writersNeverWaitForALockOfOurs() throws Exception {
		Postgres.Database database = PipelineTables.create(Postgres.shared());
		AtomicBoolean stop = new AtomicBoolean();
		try (RealtimeServer server = RealtimeServer.startWith(database);
				ExecutorService executor = Executors.newCachedThreadPool();
				Connection watcher = database.connect();
				Statement statement = watcher.createStatement()) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			List<Future<Integer>> writers = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				String name = "w" + i;
				writers.add(executor.submit(() -> write(database, name, stop)));
			}
			int looks = 0;
			int elsewhere = 0;
			List<String> waits = new ArrayList<>();
			long start = System.nanoTime();
			while (System.nanoTime() - start < LENGTH.toNanos()) {
				looks++;
				try (ResultSet row = statement.executeQuery(WAITS)) {
					while (row.next()) {
						if (row.getString("lock").startsWith("public.")) {
							elsewhere++;
						}
						else {
							waits.add(row.getString("lock"));
						}
					}
				}
			}
			stop.set(true);
			int batches = 0;
			for (Future<Integer> writer : writers) {
				batches += writer.get();
			}
			out.printf(
					"Eight writers, %,d batches of 500 rows, %,d looks: waits for the pipeline's own locks %d, for ours %s%n",
					batches, looks, elsewhere, waits);
			assertThat(waits).isEmpty();
		}
	}

	private static int write(Postgres.Database database, String name, AtomicBoolean stop) throws Exception {
		int batches = 0;
		try (Connection connection = database.connect(); Statement insert = connection.createStatement()) {
			while (!stop.get()) {
				insert.execute("INSERT INTO logs (log_id, field_name, original_hash, rule_triggered) SELECT '" + name
						+ "-" + batches
						+ "-' || i, 'f' || i % 10, 'h', 'r' || i % 4 FROM generate_series(1, 500) AS i");
				batches++;
			}
		}
		return batches;
	}

}
