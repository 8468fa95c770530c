package io.datadialysis.realtime.rollup;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.micrometer.core.instrument.MeterRegistry;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What buckets can't tell before the queue is folded does not make the tables be read.
 */
class CatchUpIT {

	private static final String BATCH = "INSERT INTO audit_log (audit_id, event_type, event_timestamp, row_count, details)"
			+ " VALUES ('%s', 'BULK_PERSISTENCE', now() AT TIME ZONE 'UTC' - interval '10 minutes', %d,"
			+ " '{\"processing_time_seconds\": 1, \"processing_time_ms\": 1000}')";

	private static final String REDACTION = "INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp)"
			+ " VALUES ('%s', 'f', 'h', 'r', now() AT TIME ZONE 'UTC' - interval '10 minutes')";

	@Test
	void aBatchThatGoesAndATableThatIsEmptiedAreFoldedFirst() {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer first = RealtimeServer.startWith(database)) {
			awaitLive(first);
			database.execute(BATCH.formatted("small", 10), BATCH.formatted("large", 500), REDACTION.formatted("l1"),
					REDACTION.formatted("l2"));
			await().until(() -> records(first).asDouble() == 500);
		}
		// One look at the start, and then none for a while.
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.rollup.poll-interval=10s")) {
			awaitLive(server);
			double before = fullScans(server);
			database.execute("DELETE FROM audit_log WHERE audit_id = 'large'");
			assertThat(records(server).asDouble()).isEqualTo(10);
			database.execute("TRUNCATE logs", REDACTION.formatted("l3"));
			JsonNode overview = server.getJson("/api/metrics/overview?time_range=90m");
			assertThat(overview.at("/redactions/total").asLong()).isEqualTo(1);
			assertThat(fullScans(server)).isEqualTo(before);
		}
	}

	private static void awaitLive(RealtimeServer server) {
		RollupJob job = server.bean(RollupJob.class);
		await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
	}

	private static JsonNode records(RealtimeServer server) {
		return server.getJson("/api/metrics/performance?time_range=1h").at("/throughput/peak_records_per_second");
	}

	private static double fullScans(RealtimeServer server) {
		return server.bean(MeterRegistry.class).get("realtime.rollup.full.scans").counter().count();
	}

}
