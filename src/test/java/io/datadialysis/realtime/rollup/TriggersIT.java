package io.datadialysis.realtime.rollup;

import java.nio.charset.StandardCharsets;
import java.time.Instant;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.ClassPathResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** What happens where triggers can't be, or are no more. */
class TriggersIT {

	private static final String INSERT = "INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp)"
			+ " VALUES (gen_random_uuid()::text, 'f', 'h', 'r', now() AT TIME ZONE 'UTC' - interval '1 minute')";

	@Test
	void aTableThatWasMadeAnewIsCountedAnew() {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database)) {
			awaitMode(server, "live");
			database.execute(INSERT);
			await().until(() -> redactions(server) == 1);
			database
				.execute("DROP TABLE logs", "CREATE TABLE logs (log_id varchar(50) PRIMARY KEY, field_name varchar(50)"
						+ " NOT NULL, original_hash varchar(64) NOT NULL, timestamp timestamp NOT NULL, rule_triggered varchar(50)"
						+ " NOT NULL, record_id varchar(50), source_adapter varchar(50))", INSERT, INSERT);
			await().until(() -> redactions(server) == 2);
			Comparison comparison = new Comparison(server);
			await().until(() -> comparison.compareAll(Instant.now()) == Comparison.ALL);
			database.execute(INSERT);
			await().until(() -> redactions(server) == 3);
			assertThat(comparison.compareAll(Instant.now())).isEqualTo(Comparison.ALL);
		}
	}

	@Test
	void aRoleThatMayNotCreateTriggersReadsTheTablesAndSaysSo() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		database.execute(new ClassPathResource("pipeline/schema.sql").getContentAsString(StandardCharsets.UTF_8),
				INSERT, "CREATE ROLE no_triggers LOGIN",
				"GRANT CREATE ON DATABASE " + database.name() + " TO no_triggers",
				"GRANT SELECT ON ALL TABLES IN SCHEMA public TO no_triggers");
		try (RealtimeServer server = RealtimeServer
			.start("--spring.datasource.url=" + database.urlFor("no_triggers"))) {
			awaitMode(server, "full-scan");
			assertThat(redactions(server)).isEqualTo(1);
			assertThat(server.getJson("/api/health").get("status").asString()).isEqualTo("healthy");
		}
	}

	private static void awaitMode(RealtimeServer server, String mode) {
		await().until(() -> server.getJson("/api/health").at("/rollup/mode").asString().equals(mode));
	}

	private static long redactions(RealtimeServer server) {
		return server.getJson("/api/metrics/overview?time_range=1h").at("/redactions/total").asLong(-1);
	}

}
