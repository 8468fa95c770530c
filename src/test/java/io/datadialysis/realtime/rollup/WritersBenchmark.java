package io.datadialysis.realtime.rollup;

import java.io.PrintStream;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the triggers cost the pipeline: without and with them, in turns. Each run is
 * compared with its neighbour, because the machine is not equally fast all the time.
 */
class WritersBenchmark {

	private static final PrintStream out = System.out;

	private static final int RUNS = 15;

	private static final int COPIED = 100_000;

	private static final int INSERTED = 1000;

	private final Postgres.Database database = PipelineTables.create(Postgres.shared());

	@BeforeEach
	void createTriggers() {
		try (RealtimeServer server = RealtimeServer.startWith(this.database)) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
		}
	}

	@Test
	void aCopyTakesLittleLonger() throws Exception {
		double minute = copyRatio(Duration.ofMinutes(1));
		double day = copyRatio(Duration.ofDays(1));
		out.printf("COPY of %,d rows within a minute: %.3f times as long, spread over a day: %.3f%n", COPIED, minute,
				day);
		assertThat(minute).isLessThanOrEqualTo(1.15);
		assertThat(day).isLessThanOrEqualTo(1.30);
	}

	@Test
	void anInsertTakesLittleLonger() throws SQLException {
		double micros = singleInsertMicros();
		out.printf("A single-row insert takes %.0f µs more%n", micros);
		assertThat(micros).isLessThanOrEqualTo(100);
	}

	private double copyRatio(Duration spread) throws Exception {
		String rows = redactions(spread);
		Times times = new Times();
		try (Connection connection = this.database.connect(); Statement statement = connection.createStatement()) {
			for (int run = 0; run < RUNS; run++) {
				for (boolean triggers : new boolean[] { false, true }) {
					enable(statement, triggers);
					statement.execute("TRUNCATE logs");
					statement.execute("TRUNCATE realtime.rollup_queue");
					statement.execute("CHECKPOINT");
					long start = System.nanoTime();
					connection.unwrap(PGConnection.class)
						.getCopyAPI()
						.copyIn("COPY logs (log_id, field_name, original_hash,"
								+ " timestamp, rule_triggered, record_id, source_adapter, ingestion_id, redacted_value,"
								+ " original_value_length) FROM STDIN", new StringReader(rows), 65_536);
					times.add(triggers, System.nanoTime() - start);
				}
			}
		}
		return times.median((without, with) -> with / without);
	}

	private double singleInsertMicros() throws SQLException {
		Times times = new Times();
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				var insert = connection.prepareStatement("INSERT INTO audit_log (audit_id, event_type, event_timestamp,"
						+ " severity, details, row_count) VALUES (?, 'BULK_PERSISTENCE', now() AT TIME ZONE 'UTC', 'INFO',"
						+ " '{\"processing_time_ms\": 12.5, \"processing_time_seconds\": 0.0125}', 10)")) {
			// In one transaction, so that the disk is not what is measured.
			int id = 0;
			for (int run = 0; run < RUNS; run++) {
				for (boolean triggers : new boolean[] { false, true }) {
					enable(statement, triggers);
					connection.setAutoCommit(false);
					long start = System.nanoTime();
					for (int i = 0; i < INSERTED; i++) {
						insert.setString(1, "single-" + id++);
						insert.executeUpdate();
					}
					times.add(triggers, System.nanoTime() - start);
					connection.commit();
					connection.setAutoCommit(true);
				}
			}
		}
		return times.median((without, with) -> with - without) / 1e3 / INSERTED;
	}

	private static void enable(Statement statement, boolean triggers) throws SQLException {
		for (String table : List.of("audit_log", "logs")) {
			for (String event : List.of("insert", "truncate")) {
				statement.execute(
						"ALTER TABLE " + table + (triggers ? " ENABLE" : " DISABLE") + " TRIGGER realtime_" + event);
			}
		}
	}

	private static String redactions(Duration spread) {
		Random random = new Random(1);
		LocalDateTime end = LocalDateTime.of(2026, 11, 20, 12, 0);
		StringBuilder rows = new StringBuilder();
		for (int i = 0; i < COPIED; i++) {
			rows.append(String.format(
					"%016x-%06d\tfield_%d\t%064x\t%s\trule_%d\trecord-%d\tadapter_%d\tingestion\t[REDACTED]\t%d%n",
					random.nextLong(), i, random.nextInt(10), random.nextLong() & Long.MAX_VALUE,
					end.minus(random.nextLong(spread.toNanos() / 1000), ChronoUnit.MICROS), random.nextInt(8), i % 5000,
					random.nextInt(4), random.nextInt(40)));
		}
		return rows.toString();
	}

	/** Of runs without and with triggers, in nanoseconds. */
	private static final class Times {

		private final List<Long> without = new ArrayList<>();

		private final List<Long> with = new ArrayList<>();

		void add(boolean triggers, long nanos) {
			(triggers ? this.with : this.without).add(nanos);
		}

		double median(DoubleBinaryOperator comparison) {
			return IntStream.range(0, RUNS)
				.mapToDouble((run) -> comparison.applyAsDouble(this.without.get(run), this.with.get(run)))
				.sorted()
				.skip(RUNS / 2)
				.findFirst()
				.orElseThrow();
		}

	}

}
