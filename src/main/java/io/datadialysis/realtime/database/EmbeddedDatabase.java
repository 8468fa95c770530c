package io.datadialysis.realtime.database;

import java.io.IOException;
import java.time.Duration;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;

/**
 * A real PostgreSQL for those who have not configured one: its programs come with the
 * application, its data stays in the data directory. It listens on 127.0.0.1 only, asks
 * for its random password, and ends with the server.
 */
final class EmbeddedDatabase implements JdbcConnectionDetails, AutoCloseable {

	private static final Logger logger = LoggerFactory.getLogger(EmbeddedDatabase.class);

	private static final String USER = "postgres";

	private static final Duration STARTUP_PATIENCE = Duration.ofSeconds(60);

	private final DataDirectory directory;

	private final EmbeddedPostgres postgres;

	private final String password;

	private EmbeddedDatabase(DataDirectory directory, EmbeddedPostgres postgres, String password) {
		this.directory = directory;
		this.postgres = postgres;
		this.password = password;
	}

	static EmbeddedDatabase start(DatabaseProperties properties) {
		DataDirectory directory = DataDirectory.open(properties.directory());
		try {
			OrphanedPostmaster.stop(directory.cluster());
			checkVersion(directory, properties.postgresVersion());
			String password = directory.password();
			EmbeddedPostgres postgres = postgres(directory, password, properties.port());
			EmbeddedDatabase database = new EmbeddedDatabase(directory, postgres, password);
			database.keepPassword();
			logger.info("No database is configured: using the embedded PostgreSQL, {} (user {}, password in {})",
					database.getJdbcUrl(), USER, directory.passwordFile());
			return database;
		}
		catch (RuntimeException ex) {
			directory.close();
			throw ex;
		}
	}

	private void keepPassword() {
		try {
			this.directory.keepPassword();
		}
		catch (DatabaseStartException ex) {
			// Nobody else would know of it and stop it.
			try {
				this.postgres.close();
			}
			catch (IOException suppressed) {
				ex.addSuppressed(suppressed);
			}
			throw ex;
		}
	}

	private static void checkVersion(DataDirectory directory, String version) {
		String ours = version.substring(0, version.indexOf('.'));
		String theirs = directory.clusterVersion();
		if (theirs != null && !theirs.equals(ours)) {
			throw new DatabaseStartException(
					"The data in " + directory.cluster() + " are of PostgreSQL " + theirs + ", this is PostgreSQL "
							+ ours + ".",
					"Use the version of this server that made them to dump them, or move the folder away to start with an"
							+ " empty database.",
					null);
		}
	}

	private static EmbeddedPostgres postgres(DataDirectory directory, String password, int port) {
		EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
			.setDataDirectory(directory.cluster())
			.setCleanDataDirectory(false)
			.setOverrideWorkingDirectory(directory.binaries().toFile())
			.setRegisterShutdownHook(false)
			.setPGStartupWait(STARTUP_PATIENCE)
			.setPort(port)
			.setConnectConfig("password", password)
			.setServerConfig("TimeZone", "UTC")
			.setServerConfig("listen_addresses", "127.0.0.1")
			// A socket in a folder that all users share would be a second way in.
			.setServerConfig("unix_socket_directories", "")
			// The library switches durability off, for tests; this data is meant to last.
			.setServerConfig("fsync", "on")
			.setServerConfig("synchronous_commit", "on")
			.setServerConfig("max_connections", "50")
			// Its own log: a pipe to this process would break when this process is
			// killed.
			.setServerConfig("logging_collector", "on")
			.setServerConfig("log_filename", "postgresql-%a.log")
			.setServerConfig("log_truncate_on_rotation", "on")
			// What the library calls the locale are further options of initdb, and the
			// last --auth wins over its own
			// "trust": from its very first moment the server asks for the password.
			.setLocaleConfig("auth", "scram-sha-256")
			.setLocaleConfig("pwfile", directory.newPasswordFile().toString())
			.setLocaleConfig("locale-provider", "builtin")
			.setLocaleConfig("builtin-locale", "C.UTF-8")
			.setLocaleConfig("locale", "C");
		try {
			return builder.start();
		}
		catch (IOException | IllegalStateException ex) {
			throw new DatabaseStartException(
					"The embedded PostgreSQL did not start on " + directory.cluster() + ": " + ex.getMessage(),
					"Look into the newest file of " + directory.cluster().resolve("log")
							+ ". To use a PostgreSQL of your own instead: --spring.datasource.url=jdbc:postgresql://…",
					ex);
		}
	}

	@Override
	public String getJdbcUrl() {
		return "jdbc:postgresql://127.0.0.1:" + this.postgres.getPort() + "/postgres";
	}

	@Override
	public String getUsername() {
		return USER;
	}

	@Override
	public String getPassword() {
		return this.password;
	}

	@Override
	public void close() throws IOException {
		try {
			this.postgres.close();
		}
		finally {
			this.directory.close();
		}
	}

}
