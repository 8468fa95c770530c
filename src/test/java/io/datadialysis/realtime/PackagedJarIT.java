package io.datadialysis.realtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.datadialysis.realtime.fixtures.JarProcess;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/** The JAR as its users start it, on the embedded PostgreSQL, in a folder of its own. */
class PackagedJarIT {

	private static final Pattern ADDRESS = Pattern.compile("(jdbc:postgresql://127\\.0\\.0\\.1:\\d+/postgres)");

	@TempDir
	private Path folder = Path.of("");

	@Test
	void aloneWithDemoDataItIsLive() throws Exception {
		try (JarProcess server = JarProcess.start(this.folder, "--realtime.demo.history-days=2")) {
			server.awaitReady();
			assertThat(server.getJson("/api/health").get("data_origin").asString()).isEqualTo("demo");
			await().atMost(30, TimeUnit.SECONDS)
				.until(() -> server.getJson("/api/metrics/overview?time_range=24h")
					.at("/redactions/total")
					.asInt() > 100);
			assertThat(server.listensElsewhere()).isFalse();
			server.terminate();
			assertThat(server.log()).doesNotContain("ERROR").doesNotContain("Exception");
		}
		// Made-up rows stay marked when nobody writes them any more.
		try (JarProcess quiet = JarProcess.start(this.folder, "--realtime.demo.enabled=false")) {
			quiet.awaitReady();
			assertThat(quiet.getJson("/api/health").get("data_origin").asString()).isEqualTo("demo");
		}
	}

	@Test
	void keepsItsDataAcrossAKillAndRefusesASecondServerOnThem() throws Exception {
		long postmaster;
		try (JarProcess first = JarProcess.start(this.folder, "--realtime.demo.enabled=false",
				"--realtime.clock.fixed-at=2026-11-20T14:37:23.456789Z")) {
			first.awaitReady();
			assertThat(first.getJson("/api/health").get("data_origin").asString()).isEqualTo("pipeline");
			assertThat(first.getJson("/api/health").get("timestamp").asString())
				.isEqualTo("2026-11-20T14:37:23.456789Z");
			assertThatTheDataDirectoryIsPrivate();
			String url = databaseUrl(first);
			insertOneBatch(url);
			assertThatThePasswordIsAskedFor(url);

			try (JarProcess second = JarProcess.start(this.folder)) {
				assertThat(second.awaitExit()).isEqualTo(1);
				assertThat(second.log()).contains("is in use by another running server (process " + first.pid() + ")")
					.contains("--realtime.database.directory")
					.doesNotContain("\tat ");
			}
			postmaster = postmaster();
			first.kill();
			assertThat(ProcessHandle.of(postmaster)).isPresent();
		}
		try (JarProcess again = JarProcess.start(this.folder, "--realtime.demo.enabled=false",
				"--realtime.clock.fixed-at=2026-11-20T14:37:23.456789Z")) {
			again.awaitReady();
			assertThat(again.log()).contains("still runs from a server that was killed");
			awaitEnd(postmaster);
			JsonNode overview = again.getJson("/api/metrics/overview?time_range=1h");
			assertThat(overview.at("/ingestions/total").asInt()).isEqualTo(1);
			postmaster = postmaster();
			again.terminate();
		}
		awaitEnd(postmaster);
	}

	private static void awaitEnd(long pid) {
		await().until(() -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
	}

	@Test
	void leavesAFolderOfSomethingElseAlone() throws Exception {
		Path foreign = Files.createDirectory(this.folder.resolve("foreign"));
		Files.writeString(foreign.resolve("letter.txt"), "mine");
		Files.setPosixFilePermissions(foreign, PosixFilePermissions.fromString("rwxr-xr-x"));
		try (JarProcess server = JarProcess.start(this.folder, "--realtime.database.directory=foreign")) {
			assertThat(server.awaitExit()).isEqualTo(1);
			assertThat(server.log()).contains("holds something else already").doesNotContain("\tat ");
		}
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(foreign))).isEqualTo("rwxr-xr-x");
	}

	@Test
	void saysSoWhenTheAddressIsNotOneForJava() throws Exception {
		try (JarProcess server = JarProcess.start(this.folder,
				"--spring.datasource.url=postgres://clinic:secret@db.example/clinic")) {
			assertThat(server.awaitExit()).isEqualTo(1);
			assertThat(server.log()).contains("spring.datasource.url begins with postgres://…")
				.contains("jdbc:postgresql://host:5432/database")
				.doesNotContain("secret")
				.doesNotContain("\tat ");
		}
	}

	@Test
	void saysSoWhenTheDataAreOfAnotherPostgres() throws Exception {
		Path data = Files.createDirectory(this.folder.resolve("data"));
		Files.createFile(data.resolve("lock"));
		Files.createDirectory(data.resolve("postgres"));
		Files.writeString(data.resolve("postgres/PG_VERSION"), "16\n");
		try (JarProcess server = JarProcess.start(this.folder)) {
			assertThat(server.awaitExit()).isEqualTo(1);
			assertThat(server.log()).contains("are of PostgreSQL 16, this is PostgreSQL 18").doesNotContain("\tat ");
		}
	}

	private void assertThatTheDataDirectoryIsPrivate() throws IOException {
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(this.folder.resolve("data"))))
			.isEqualTo("rwx------");
		assertThat(PosixFilePermissions
			.toString(Files.getPosixFilePermissions(this.folder.resolve("data/postgres.password"))))
			.isEqualTo("rw-------");
		assertThat(Files.readString(this.folder.resolve("data/postgres/pg_hba.conf")).lines())
			.filteredOn((line) -> !line.isBlank() && !line.startsWith("#"))
			.isNotEmpty()
			.allMatch((line) -> line.endsWith("scram-sha-256"));
	}

	private void insertOneBatch(String url) throws IOException, SQLException {
		String password = Files.readString(this.folder.resolve("data/postgres.password")).strip();
		try (Connection connection = DriverManager.getConnection(url, "postgres", password);
				Statement statement = connection.createStatement()) {
			statement.execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp)"
					+ " VALUES ('kept', 'BULK_PERSISTENCE', '2026-11-20 14:00:00')");
		}
	}

	private static void assertThatThePasswordIsAskedFor(String url) {
		assertThatExceptionOfType(SQLException.class)
			.isThrownBy(() -> DriverManager.getConnection(url, "postgres", "guess"))
			.satisfies((ex) -> assertThat(ex.getSQLState()).startsWith("28"));
	}

	private static String databaseUrl(JarProcess server) {
		Matcher matcher = ADDRESS.matcher(server.log());
		assertThat(matcher.find()).isTrue();
		return matcher.group(1);
	}

	private long postmaster() throws IOException {
		return Long
			.parseLong(Files.readAllLines(this.folder.resolve("data/postgres/postmaster.pid")).getFirst().strip());
	}

}
