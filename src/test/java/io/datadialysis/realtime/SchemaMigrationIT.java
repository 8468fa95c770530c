package io.datadialysis.realtime;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.awaitility.Awaitility.await;

/**
 * The pipeline and this server both create the tables, whoever comes first, and the
 * pipeline's writes go on working.
 */
class SchemaMigrationIT {

	private final Postgres.Database database = Postgres.shared().createDatabase();

	@Test
	void weFirstThenThePipelineUnderARoleOfItsOwn() throws Exception {
		String pipeline = "pipeline_" + this.database.name();
		String realtime = "realtime_" + this.database.name();
		// The pipeline's CREATE INDEX IF NOT EXISTS needs the owner of the table: hence
		// the membership.
		this.database.execute("CREATE ROLE " + realtime + " LOGIN",
				"CREATE ROLE " + pipeline + " LOGIN IN ROLE " + realtime,
				"GRANT CREATE ON SCHEMA public TO " + realtime + ", " + pipeline,
				"GRANT CREATE ON DATABASE " + this.database.name() + " TO " + realtime);
		try (RealtimeServer server = RealtimeServer
			.start("--spring.datasource.url=" + this.database.urlFor(realtime))) {
			assertThat(server.getJson("/api/health").get("schema").asString()).isEqualTo("ready");
			pipelineStarts(pipeline);
			pipelineWrites(pipeline);
			assertThatTheRowsCount(server);
		}
	}

	@Test
	void thePipelineFirstUnderARoleOfItsOwnThenWe() throws Exception {
		String pipeline = "pipeline_" + this.database.name();
		String realtime = "realtime_" + this.database.name();
		this.database.execute("CREATE ROLE " + pipeline + " LOGIN", "CREATE ROLE " + realtime + " LOGIN",
				"GRANT CREATE ON SCHEMA public TO " + pipeline,
				"GRANT CREATE ON DATABASE " + this.database.name() + " TO " + realtime);
		pipelineStarts(pipeline);
		pipelineWrites(pipeline);
		this.database.execute("GRANT SELECT, TRIGGER ON ALL TABLES IN SCHEMA public TO " + realtime);
		try (RealtimeServer server = RealtimeServer
			.start("--spring.datasource.url=" + this.database.urlFor(realtime))) {
			assertThat(server.getJson("/api/health").get("schema").asString()).isEqualTo("ready");
			assertThatTheRowsCount(server);
			pipelineStarts(pipeline);
			pipelineWrites(pipeline);
		}
	}

	@Test
	void aPipelineThatCreatesItsTablesAtTheSameMomentIsWaitedFor() throws Exception {
		try (Connection pipeline = this.database.connect(); Statement statement = pipeline.createStatement()) {
			pipeline.setAutoCommit(false);
			statement.execute(pipelineSchema());
			CompletableFuture<RealtimeServer> starting = CompletableFuture
				.supplyAsync(() -> RealtimeServer.startWith(this.database, "--realtime.database.retry-interval=100ms"));
			// It has found no table, and waits for ours to be committed or not.
			await().until(() -> this.database.isWaitedFor());
			pipeline.commit();
			try (RealtimeServer server = starting.join()) {
				await().until(() -> server.getJson("/api/health").get("schema").asString().equals("ready"));
				pipelineWrites("postgres");
				assertThatTheRowsCount(server);
			}
		}
	}

	@Test
	void aSecondStartOnTheSameDatabaseFindsItInOrder() throws Exception {
		RealtimeServer.startWith(this.database).close();
		try (RealtimeServer server = RealtimeServer.startWith(this.database)) {
			assertThat(server.getJson("/api/health").get("schema").asString()).isEqualTo("ready");
		}
	}

	@Test
	void aRoleThatMayOnlyReadWorksAndSaysSo() throws Exception {
		pipelineStarts("postgres");
		pipelineWrites("postgres");
		String reader = "reader_" + this.database.name();
		this.database.execute("CREATE ROLE " + reader + " LOGIN",
				"GRANT SELECT ON ALL TABLES IN SCHEMA public TO " + reader);
		try (RealtimeServer server = RealtimeServer.start("--spring.datasource.url=" + this.database.urlFor(reader))) {
			assertThat(server.getJson("/api/health").get("schema").asString()).isEqualTo("read-only");
			assertThatTheRowsCount(server);
		}
	}

	@Test
	void aRoleThatMayOnlyReadWaitsForThePipelineToMakeTheTables() throws Exception {
		String reader = "reader_" + this.database.name();
		this.database.execute("CREATE ROLE " + reader + " LOGIN",
				"ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO " + reader);
		try (RealtimeServer server = RealtimeServer.start("--spring.datasource.url=" + this.database.urlFor(reader),
				"--realtime.database.retry-interval=100ms")) {
			assertThat(server.getJson("/api/health").get("schema").asString()).isEqualTo("pending");
			assertThat(server.getJson("/api/health").get("status").asString()).isEqualTo("degraded");
			assertThat(server.get("/api/metrics/overview").statusCode()).isEqualTo(503);
			pipelineStarts("postgres");
			pipelineWrites("postgres");
			await().until(() -> server.getJson("/api/health").get("schema").asString().equals("read-only"));
			await().until(() -> server.get("/api/metrics/overview").statusCode() == 200);
			assertThatTheRowsCount(server);
		}
	}

	@Test
	void aDatabaseThatDoesNotExistStopsTheStartWithASentence() {
		Postgres.Database missing = new Postgres.Database(this.database.postgres(), "nowhere");
		assertThatException().isThrownBy(() -> RealtimeServer.startWith(missing).close())
			.satisfies((ex) -> assertThat(
					Stream.<Throwable>iterate(ex, Objects::nonNull, Throwable::getCause).map(Throwable::getMessage))
				.anySatisfy((message) -> assertThat(message).startsWith("There is no such database")));
	}

	private static void assertThatTheRowsCount(RealtimeServer server) {
		JsonNode overview = server.getJson("/api/metrics/overview?time_range=1h");
		assertThat(overview.at("/ingestions/total").asInt()).isEqualTo(1);
		assertThat(overview.at("/records/total_successful").asInt()).isEqualTo(3);
		assertThat(overview.at("/redactions/total").asInt()).isEqualTo(2);
	}

	private void pipelineStarts(String role) throws SQLException, IOException {
		try (Connection connection = DriverManager.getConnection(this.database.urlFor(role));
				Statement statement = connection.createStatement()) {
			statement.execute(pipelineSchema());
		}
	}

	private String pipelineSchema() throws IOException {
		try (InputStream sql = Objects.requireNonNull(getClass().getResourceAsStream("/pipeline/schema.sql"))) {
			return new String(sql.readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	/**
	 * An insert, upserts that insert and then move the time forward, and a COPY; to be
	 * run again and again.
	 */
	private void pipelineWrites(String role) throws SQLException, IOException {
		String now = "now() AT TIME ZONE 'UTC'";
		try (Connection connection = DriverManager.getConnection(this.database.urlFor(role));
				Statement statement = connection.createStatement()) {
			statement.execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp, details, row_count)"
					+ " VALUES ('a', 'BULK_PERSISTENCE', " + now + ", '{\"processing_time_ms\": 1.5}', 3)"
					+ " ON CONFLICT (audit_id) DO NOTHING");
			for (int i = 0; i < 2; i++) {
				statement.execute("INSERT INTO patients (patient_id, ingestion_timestamp, source_adapter) VALUES ('p', "
						+ now + ", 'csv_ingester') ON CONFLICT (patient_id) DO UPDATE SET"
						+ " ingestion_timestamp = excluded.ingestion_timestamp");
				statement.execute("INSERT INTO encounters (encounter_id, patient_id, status, class_code,"
						+ " ingestion_timestamp, source_adapter) VALUES ('e', 'p', 'finished', 'AMB', " + now
						+ ", 'csv_ingester') ON CONFLICT (encounter_id) DO UPDATE SET"
						+ " ingestion_timestamp = excluded.ingestion_timestamp");
				statement
					.execute("INSERT INTO observations (observation_id, patient_id, encounter_id, status, category,"
							+ " ingestion_timestamp, source_adapter) VALUES ('o', 'p', 'e', 'final', 'laboratory', "
							+ now + ", 'csv_ingester') ON CONFLICT (observation_id) DO UPDATE SET"
							+ " ingestion_timestamp = excluded.ingestion_timestamp");
			}
			statement.execute("DELETE FROM logs");
			statement.execute("SET timezone TO 'UTC'");
			String rows = "l1,ssn,hash,SSN_PATTERN\nl2,email,hash,EMAIL_PATTERN\n";
			connection.unwrap(PGConnection.class)
				.getCopyAPI()
				.copyIn("COPY logs (log_id, field_name, original_hash, rule_triggered) FROM STDIN WITH (FORMAT csv)",
						new ByteArrayInputStream(rows.getBytes(StandardCharsets.UTF_8)));
		}
	}

}
