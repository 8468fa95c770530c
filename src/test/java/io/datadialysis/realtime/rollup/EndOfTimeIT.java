package io.datadialysis.realtime.rollup;

import java.time.Instant;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** The first and the last moment that a writer can store are no harm to the counting. */
class EndOfTimeIT {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	@ParameterizedTest
	@ValueSource(strings = { "294276-12-31 23:59:59.999999", "4714-11-24 00:00:00 BC", "infinity", "-infinity" })
	void aBatchThatComesAndGoesIsFolded(String time) throws Exception {
		Postgres.Database database = PipelineTables.create(Postgres.shared());
		// One is there before, and counted with the rest.
		database.execute(batch("before", time), "INSERT INTO logs (log_id, field_name, original_hash, rule_triggered,"
				+ " timestamp) VALUES ('l', 'f', 'h', 'r', '" + time + "')");
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.clock.fixed-at=" + NOW)) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			database.execute(batch("after", time), batch("now", "2026-11-20 14:37:00"));
			PipelineTables.awaitFolded(database);
			// Another one of the same second stays.
			database.execute("DELETE FROM audit_log WHERE audit_id = 'after'", "DELETE FROM logs");
			PipelineTables.awaitFolded(database);
			assertThat(new Comparison(server).compareAll(NOW)).isEqualTo(Comparison.ALL);
			assertThat(PipelineTables.single(database,
					"SELECT sum(n) FROM realtime.rollup_bucket WHERE level = 3 AND measure = 'audit_event'"))
				.isEqualTo(PipelineTables.single(database,
						"SELECT count(*) FROM audit_log WHERE isfinite(event_timestamp)"));
		}
	}

	private static String batch(String id, String time) {
		return "INSERT INTO audit_log (audit_id, event_type, event_timestamp, row_count, details) VALUES ('" + id
				+ "', 'BULK_PERSISTENCE', '" + time
				+ "', 10, '{\"processing_time_seconds\": 1, \"processing_time_ms\": 1000}')";
	}

}
