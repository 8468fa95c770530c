package io.datadialysis.realtime.rollup;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;

import io.datadialysis.realtime.fixtures.JarProcess;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Rows that were there before the server are counted, whatever comes in between. */
class BackfillIT {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	private static final String CLOCK = "--realtime.clock.fixed-at=" + NOW;

	private static final int DAYS = 90;

	/** Counted hours before the first server is killed, of those of all days. */
	private static final String SOME_DAYS_ARE_COUNTED = "SELECT covered_from < TIMESTAMP '2026-11-18 00:00'"
			+ " FROM realtime.rollup_state";

	private static final String COVERED_FROM = "SELECT to_char(covered_from, 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')"
			+ " FROM realtime.rollup_state";

	@Test
	void aServerThatWasKilledInTheMiddleIsFollowedByOneThatGoesOnThere(@TempDir Path folder) throws Exception {
		Postgres.Database database = PipelineTables.create(Postgres.shared());
		fillEveryHour(database);
		// Each look counts twice as many hours as the one before: some seconds in all.
		try (JarProcess first = JarProcess.start(folder, "--spring.datasource.url=" + database.url(), CLOCK,
				"--realtime.rollup.poll-interval=500ms")) {
			first.awaitReady();
			await().until(() -> "t".equals(PipelineTables.single(database, SOME_DAYS_ARE_COUNTED)));
			first.kill();
		}
		String coveredFrom = PipelineTables.single(database, COVERED_FROM);
		assertThat(coveredFrom).as("still in the middle").isNotNull();
		try (RandomWriter writer = new RandomWriter(database, "w", 7, NOW);
				Connection other = database.connect();
				Statement lock = other.createStatement()) {
			for (int i = 0; i < 30; i++) {
				writer.transaction();
			}
			// Whoever holds this lock is at it; the next server looks on.
			other.setAutoCommit(false);
			lock.execute("SELECT FROM realtime.rollup_state FOR UPDATE");
			try (RealtimeServer next = RealtimeServer.startWith(database, CLOCK)) {
				Comparison comparison = new Comparison(next);
				await().until(() -> rollup(next).get("mode").asString().equals("backfilling"));
				assertThat(rollup(next).get("covered_from").asString()).isEqualTo(coveredFrom);
				assertThat(rollup(next).get("percent").asInt()).isBetween(1, 99);
				assertThat(next.getJson("/api/health").get("status").asString()).isEqualTo("degraded");
				assertThat(comparison.compareAll(NOW)).as("short ranges come from buckets")
					.isBetween(1, Comparison.ALL - 1);
				assertThatHttpTellsWhatTheTablesHold(next, database);

				other.rollback();
				await().until(() -> rollup(next).get("mode").asString().equals("live"));
				assertThat(rollup(next).get("covered_from").isNull()).isTrue();
				await().until(() -> comparison.compareAll(NOW) == Comparison.ALL);
				assertThatHttpTellsWhatTheTablesHold(next, database);
				assertThatEachRowIsCountedOnce(database);
			}
		}
	}

	private static LocalDateTime utc(Instant instant) {
		return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
	}

	private static JsonNode rollup(RealtimeServer server) {
		return server.getJson("/api/health").get("rollup");
	}

	private static void assertThatHttpTellsWhatTheTablesHold(RealtimeServer server, Postgres.Database database)
			throws SQLException {
		for (String range : List.of("1h", "24h", "7d", "30d")) {
			String held = PipelineTables.single(database,
					"SELECT count(*) FROM logs WHERE timestamp BETWEEN TIMESTAMP '" + utc(NOW) + "' - interval '"
							+ range + "' AND '" + utc(NOW) + "'");
			assertThat(server.getJson("/api/metrics/overview?time_range=" + range).at("/redactions/total").asString())
				.as(range)
				.isEqualTo(held);
		}
	}

	/** Also of the days that no range reaches. */
	private static void assertThatEachRowIsCountedOnce(Postgres.Database database) throws SQLException {
		PipelineTables.awaitFolded(database);
		for (Map.Entry<String, String> counted : Map
			.of("audit_event", "audit_log WHERE isfinite(event_timestamp)", "redaction_rule",
					"logs WHERE isfinite(timestamp)", "record",
					"(SELECT ingestion_timestamp FROM patients UNION ALL SELECT ingestion_timestamp FROM encounters"
							+ " UNION ALL SELECT ingestion_timestamp FROM observations) AS records"
							+ " WHERE isfinite(ingestion_timestamp)")
			.entrySet()) {
			assertThat(PipelineTables.single(database,
					"SELECT sum(n) FROM realtime.rollup_bucket WHERE level = 3 AND measure = '" + counted.getKey()
							+ "'"))
				.as(counted.getKey())
				.isEqualTo(PipelineTables.single(database, "SELECT count(*) FROM " + counted.getValue()));
		}
	}

	private static void fillEveryHour(Postgres.Database database) {
		String hours = " FROM generate_series(0, 24 * " + DAYS + ") AS h";
		String time = "TIMESTAMP '" + utc(NOW) + "' - h * interval '1 hour' - interval '31.5 seconds'";
		database.execute(
				"INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity, row_count, details) SELECT 'a' || h,"
						+ " CASE WHEN h % 4 = 0 THEN 'VALIDATION_ERROR' ELSE 'BULK_PERSISTENCE' END, " + time
						+ ", 'INFO', h, jsonb_build_object('processing_time_ms', 1 + h % 1000,"
						+ " 'processing_time_seconds', 1 + h % 7)" + hours,
				"INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp)"
						+ " SELECT 'l' || h, 'f' || h % 3, 'h', 'r' || h % 2, " + time + hours,
				"INSERT INTO patients (patient_id, ingestion_timestamp, source_adapter) SELECT 'p' || h, " + time
						+ ", 's'" + hours);
	}

}
