package io.datadialysis.realtime.rollup;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Short buckets go when their time is over, and no number changes by that. */
class RetentionIT {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	private static final String CLOCK = "--realtime.clock.fixed-at=" + NOW;

	/** The shortest times that can be set. */
	private static final String[] SHORTEST = { CLOCK, "--realtime.rollup.keep-seconds=1m",
			"--realtime.rollup.keep-minutes=61m", "--realtime.rollup.keep-hours=1501m" };

	private static final List<Level> LEVELS = List.of(new Level(0, "1 minute", "1 minute"),
			new Level(1, "1 hour", "61 minutes"), new Level(2, "1 day", "1501 minutes"));

	private static final int TRANSACTIONS = 40;

	@Test
	void shortBucketsAreDroppedWhenTheirTimeIsOverAndNoNumberChanges() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer keepsLonger = RealtimeServer.startWith(database, CLOCK);
				RandomWriter writer = new RandomWriter(database, "w", 3, NOW)) {
			awaitLive(keepsLonger);
			for (int i = 0; i < TRANSACTIONS; i++) {
				writer.transaction();
			}
			insertOfEveryAge(database, "first");
			PipelineTables.awaitFolded(database);
			for (Level level : LEVELS) {
				assertThat(level.countBehindHorizon(database, NOW)).as("%s", level).isPositive();
			}
		}
		try (RealtimeServer server = RealtimeServer.startWith(database, SHORTEST)) {
			awaitLive(server);
			assertThatOnlyTheOldOnesAreDropped(database, NOW);
			assertThat(new Comparison(server).compareAll(NOW)).isGreaterThanOrEqualTo(Comparison.FEEDS);
		}
	}

	@Test
	void rowsThatComeLateCountWhereShortBucketsAreDropped() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database, SHORTEST);
				RandomWriter writer = new RandomWriter(database, "w", 4, NOW)) {
			awaitLive(server);
			Comparison comparison = new Comparison(server);
			for (int i = 0; i < TRANSACTIONS; i++) {
				writer.transaction();
				comparison.compareAll(NOW);
			}
			insertOfEveryAge(database, "late");
			database.execute("DELETE FROM audit_log WHERE audit_id LIKE 'late%' AND row_count > 2");
			PipelineTables.awaitFolded(database);
			assertThatOnlyTheOldOnesAreDropped(database, NOW);
			assertThat(comparison.compareAll(NOW)).isGreaterThanOrEqualTo(Comparison.FEEDS);
			// Time goes on, and the horizons with it.
			Retention retention = server.bean(Retention.class);
			for (Duration passed : new Duration[] { Duration.ofSeconds(90), Duration.ofHours(2),
					Duration.ofHours(26) }) {
				Instant later = NOW.plus(passed);
				await().untilAsserted(() -> {
					retention.apply(later);
					for (Level level : LEVELS) {
						assertThat(level.countBehindHorizon(database, later)).isZero();
					}
				});
				assertThat(comparison.compareAll(later)).as("%s later", passed)
					.isGreaterThanOrEqualTo(Comparison.FEEDS);
			}
		}
	}

	private static void assertThatOnlyTheOldOnesAreDropped(Postgres.Database database, Instant now)
			throws SQLException {
		for (Level level : LEVELS) {
			assertThat(level.countBehindHorizon(database, now)).as("%s", level).isZero();
			assertThat(level.count(database)).as("%s", level).isPositive();
		}
	}

	/** Rows of which each kind of bucket is too old for some and holds others. */
	private static void insertOfEveryAge(Postgres.Database database, String name) {
		String of = " FROM (VALUES ('40 seconds'), ('30 minutes'), ('5 hours'), ('20 hours'), ('3 days'), ('29 days'))"
				+ " AS a (age), generate_series(1, 3) AS i";
		String time = "TIMESTAMP '" + LocalDateTime.ofInstant(NOW, ZoneOffset.UTC)
				+ "' - age::interval - i * interval '1.7 seconds'";
		database.execute(
				"INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity, row_count, details) SELECT '"
						+ name + " ' || age || i, 'BULK_PERSISTENCE', " + time
						+ ", 'INFO', i, '{\"processing_time_ms\": 7," + " \"processing_time_seconds\": 0.1}'" + of,
				"INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp) SELECT '" + name
						+ " ' || age || i, 'f', 'h', 'r', " + time + of);
	}

	private static void awaitLive(RealtimeServer server) {
		await().until(() -> server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
	}

	/**
	 * Buckets of one length, with the shortest time to keep them that can be set.
	 *
	 * @param number the level's number
	 * @param longer the length of those that cover them
	 * @param kept how long they are kept
	 */
	private record Level(int number, String longer, String kept) {

		long count(Postgres.Database database) throws SQLException {
			return count(database, "true");
		}

		/** Those that are too old and that longer ones cover. */
		long countBehindHorizon(Postgres.Database database, Instant now) throws SQLException {
			return count(database,
					"start < date_bin('" + this.longer + "', TIMESTAMP '" + LocalDateTime.ofInstant(now, ZoneOffset.UTC)
							+ "' - interval '" + this.kept + "', TIMESTAMP '2000-01-01')");
		}

		private long count(Postgres.Database database, String condition) throws SQLException {
			return Long.parseLong(PipelineTables.single(database,
					"SELECT count(*) FROM realtime.rollup_bucket WHERE level = " + this.number + " AND " + condition));
		}

	}

}
