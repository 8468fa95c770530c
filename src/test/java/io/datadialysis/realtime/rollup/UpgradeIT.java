package io.datadialysis.realtime.rollup;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The triggers come while the pipeline writes, and no writer is kept waiting for long.
 */
class UpgradeIT {

	/**
	 * A writer that waits longer than this fails. It is four times as long as the server
	 * asks for its lock, because the machine may be busy.
	 */
	private static final String PATIENCE = "SET lock_timeout = '2s'";

	private static final String INSERT = "INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp)"
			+ " VALUES (gen_random_uuid()::text, 'f', 'h', 'r', now() AT TIME ZONE 'UTC' - interval '1 minute')";

	private static final String WAITING_WRITERS = "SELECT count(*) FROM pg_stat_activity WHERE datname ="
			+ " current_database() AND wait_event_type = 'Lock' AND application_name <> 'data-dialysis-realtime'";

	@Test
	void writersGoOnWhileTheTriggersWaitForALongTransaction() throws Exception {
		Postgres.Database database = PipelineTables.create(Postgres.shared());
		try (Connection longTransaction = database.connect(); Statement statement = longTransaction.createStatement()) {
			longTransaction.setAutoCommit(false);
			statement.execute(INSERT);
			try (RealtimeServer server = RealtimeServer.startWith(database);
					SteadyWriter writer = new SteadyWriter(database)) {
				// The server waits for the long transaction, the writer for the server
				// ...
				await().until(() -> !"0".equals(PipelineTables.single(database, WAITING_WRITERS)));
				int written = writer.written();
				// ... which gives up, tries again, and gives up.
				await().until(() -> writer.written() > written);
				await().until(() -> !"0".equals(PipelineTables.single(database, WAITING_WRITERS)));
				int writtenThen = writer.written();
				await().until(() -> writer.written() > writtenThen);
				assertThat(mode(server)).isNotEqualTo("live");
				assertThat(redactions(server)).as("read from the tables").isGreaterThanOrEqualTo(writtenThen);

				longTransaction.commit();
				await().until(() -> mode(server).equals("live"));
				assertThatAllIsCounted(server, writer.stop() + 1);
			}
		}
	}

	@Test
	void anUpgradeUnderAPipelineThatWritesMissesNoRow() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		// as the version before the rollup has left it
		RealtimeServer.startWith(database, "--spring.flyway.target=1").close();
		try (SteadyWriter one = new SteadyWriter(database); SteadyWriter other = new SteadyWriter(database)) {
			await().until(() -> one.written() > 0 && other.written() > 0);
			try (RealtimeServer server = RealtimeServer.startWith(database)) {
				await().until(() -> mode(server).equals("live"));
				int written = one.written() + other.written();
				await().until(() -> one.written() + other.written() > written);
				assertThatAllIsCounted(server, one.stop() + other.stop());
			}
		}
	}

	private static void assertThatAllIsCounted(RealtimeServer server, int rows) {
		await().until(() -> redactions(server) == rows);
		assertThat(new Comparison(server).compareAll(Instant.now())).isEqualTo(Comparison.ALL);
	}

	private static String mode(RealtimeServer server) {
		return server.getJson("/api/health").at("/rollup/mode").asString();
	}

	private static long redactions(RealtimeServer server) {
		return server.getJson("/api/metrics/overview?time_range=1h").at("/redactions/total").asLong(-1);
	}

	/** Writes one row after the other, each in a transaction of its own, until closed. */
	private static final class SteadyWriter implements AutoCloseable {

		private final AtomicInteger written = new AtomicInteger();

		private final CompletableFuture<Void> work = new CompletableFuture<>();

		private volatile boolean stopped;

		SteadyWriter(Postgres.Database database) {
			Thread.ofVirtual().start(() -> write(database));
		}

		private void write(Postgres.Database database) {
			try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
				statement.execute(PATIENCE);
				while (!this.stopped) {
					statement.execute(INSERT);
					this.written.incrementAndGet();
				}
				this.work.complete(null);
			}
			catch (SQLException ex) {
				this.work.completeExceptionally(ex);
			}
		}

		int written() {
			// A writer that has failed writes no more.
			if (this.work.isCompletedExceptionally()) {
				this.work.join();
			}
			return this.written.get();
		}

		/** Ends it, and tells how much it wrote; fails when a write has failed. */
		int stop() {
			this.stopped = true;
			this.work.join();
			return this.written.get();
		}

		@Override
		public void close() {
			stop();
		}

	}

}
