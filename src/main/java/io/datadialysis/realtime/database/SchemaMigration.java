package io.datadialysis.realtime.database;

import java.sql.SQLException;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.ScheduledFuture;

import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.flyway.autoconfigure.FlywayMigrationStrategy;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.stereotype.Component;

/**
 * Migrates the schema at start. A database that is down does not stop the server: the
 * migration is tried again until the database is there. Nor does a role that may not
 * create anything: then the tables are taken as they are. A migration that fails for
 * another reason at start stops the server, because only a person can mend that.
 */
@Component
public class SchemaMigration implements FlywayMigrationStrategy, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SchemaMigration.class);

	private static final String INSUFFICIENT_PRIVILEGE = "42501";

	private static final String READ_ONLY_TRANSACTION = "25006";

	private final TaskScheduler scheduler;

	private final DatabaseProperties properties;

	private volatile @Nullable ScheduledFuture<?> retry;

	private volatile SchemaState state = SchemaState.PENDING;

	SchemaMigration(TaskScheduler taskScheduler, DatabaseProperties properties) {
		this.scheduler = taskScheduler;
		this.properties = properties;
	}

	/** How far the schema is now. */
	public SchemaState state() {
		return this.state;
	}

	@Override
	public void destroy() {
		ScheduledFuture<?> next = this.retry;
		if (next != null) {
			next.cancel(false);
		}
	}

	@Override
	public void migrate(Flyway flyway) {
		try {
			attempt(flyway);
		}
		catch (UnreachableException ex) {
			logger.warn("The database can't be reached ({}); the server starts without it and tries again every {} s",
					ex.getMessage(), this.properties.retryInterval().toMillis() / 1000.0);
			retryLater(flyway);
		}
	}

	private void attempt(Flyway flyway) throws UnreachableException {
		try {
			flyway.migrate();
			this.state = SchemaState.READY;
		}
		catch (RuntimeException ex) {
			SQLException reason = sqlException(ex);
			String code = (reason != null) ? Objects.requireNonNullElse(reason.getSQLState(), "") : "";
			if (code.equals(INSUFFICIENT_PRIVILEGE) || code.equals(READ_ONLY_TRANSACTION)) {
				this.state = SchemaState.READ_ONLY;
				logger.warn("The database role may not create tables ({}); reading those that are there",
						firstLine(reason));
			}
			else if (reason != null && isTransient(code)) {
				throw new UnreachableException(firstLine(reason));
			}
			else {
				throw ex;
			}
		}
	}

	private void retryLater(Flyway flyway) {
		this.retry = this.scheduler.schedule(() -> {
			try {
				attempt(flyway);
				logger.info("The database is there; its schema is {}", this.state);
			}
			catch (UnreachableException ex) {
				logger.debug("The database still can't be reached ({})", ex.getMessage());
				retryLater(flyway);
			}
			catch (RuntimeException ex) {
				if (this.state != SchemaState.FAILED) {
					logger.error("The schema could not be migrated; trying again", ex);
				}
				this.state = SchemaState.FAILED;
				retryLater(flyway);
			}
		}, Instant.now().plus(this.properties.retryInterval()));
	}

	/**
	 * Whether a later attempt may find the database in order: no connection (no code,
	 * class 08), rejected for now (class 53), shutting down or starting up (57P), a lock
	 * that was not free (55P03).
	 */
	private static boolean isTransient(String code) {
		return code.isEmpty() || code.startsWith("08") || code.startsWith("53") || code.startsWith("57P")
				|| code.equals("55P03");
	}

	/** The innermost SQL exception, which is the driver's own. */
	private static @Nullable SQLException sqlException(Throwable thrown) {
		SQLException found = null;
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				found = sqlException;
			}
		}
		return found;
	}

	private static String firstLine(@Nullable SQLException ex) {
		return (ex != null) ? String.valueOf(ex.getMessage()).lines().findFirst().orElse("") : "";
	}

	/** The database can't be reached now. */
	private static final class UnreachableException extends Exception {

		private static final long serialVersionUID = 1;

		UnreachableException(String message) {
			super(message);
		}

	}

}
