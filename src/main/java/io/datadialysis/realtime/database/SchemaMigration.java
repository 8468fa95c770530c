package io.datadialysis.realtime.database;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
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
 * create anything: then the tables are taken as they are, once the pipeline has made
 * them. A migration that fails for another reason at start stops the server, because only
 * a person can mend that.
 */
@Component
public class SchemaMigration implements FlywayMigrationStrategy, DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(SchemaMigration.class);

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
		catch (NotYetException ex) {
			logger.warn("{}; the server starts all the same and looks again every {} ms", ex.getMessage(),
					this.properties.retryInterval().toMillis());
			retryLater(flyway);
		}
		catch (RuntimeException ex) {
			throw DatabaseFault.of(ex).atStart(ex);
		}
	}

	private void attempt(Flyway flyway) throws NotYetException {
		try {
			Permissions permissions = permissions(flyway);
			if (permissions.mayCreate()) {
				flyway.migrate();
				this.state = SchemaState.READY;
			}
			else if (permissions.tablesAreThere()) {
				this.state = SchemaState.READ_ONLY;
				logger.warn("The database role may not create anything: the tables are read as they are");
			}
			else {
				throw new NotYetException(
						"The pipeline's tables are missing, and the database role may not create them");
			}
		}
		catch (RuntimeException ex) {
			DatabaseFault fault = DatabaseFault.of(ex);
			if (fault.isPassing()) {
				throw new NotYetException("The schema can't be migrated now (" + fault.message() + ")");
			}
			throw ex;
		}
	}

	private void retryLater(Flyway flyway) {
		this.retry = this.scheduler.schedule(() -> {
			try {
				attempt(flyway);
				logger.info("The database is there; its schema is {}", this.state);
			}
			catch (NotYetException ex) {
				logger.debug("Not yet: {}", ex.getMessage());
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
	 * Asked beforehand, because Flyway tries for ten seconds to create what it may not.
	 */
	private static Permissions permissions(Flyway flyway) {
		try (Connection connection = flyway.getConfiguration().getDataSource().getConnection();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("""
						SELECT current_setting('transaction_read_only') = 'off'
						       AND CASE WHEN to_regnamespace('realtime') IS NULL
						                THEN has_database_privilege(current_database(), 'CREATE')
						                ELSE has_schema_privilege('realtime', 'CREATE') END AS may_create_own,
						       has_schema_privilege('public', 'CREATE') AS may_create_tables,
						       to_regclass('public.audit_log') IS NOT NULL AND to_regclass('public.logs') IS NOT NULL
						       AND to_regclass('public.patients') IS NOT NULL
						       AND to_regclass('public.encounters') IS NOT NULL
						       AND to_regclass('public.observations') IS NOT NULL
						       AND to_regclass('public.change_audit_log') IS NOT NULL AS tables_are_there
						""")) {
			row.next();
			boolean tablesAreThere = row.getBoolean("tables_are_there");
			return new Permissions(
					row.getBoolean("may_create_own") && (tablesAreThere || row.getBoolean("may_create_tables")),
					tablesAreThere);
		}
		catch (SQLException ex) {
			throw new PermissionsUnknownException(ex);
		}
	}

	/**
	 * What the role finds and may do.
	 *
	 * @param mayCreate whether it may create what is missing
	 * @param tablesAreThere whether all of the pipeline's tables exist
	 */
	private record Permissions(boolean mayCreate, boolean tablesAreThere) {

	}

	/** The permissions could not be asked for. */
	private static final class PermissionsUnknownException extends RuntimeException {

		private static final long serialVersionUID = 1;

		PermissionsUnknownException(SQLException cause) {
			super(cause);
		}

	}

	/** The schema can't be had now, and may be later. */
	private static final class NotYetException extends Exception {

		private static final long serialVersionUID = 1;

		NotYetException(String message) {
			super(message);
		}

	}

}
