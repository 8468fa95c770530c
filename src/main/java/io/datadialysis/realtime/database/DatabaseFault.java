package io.datadialysis.realtime.database;

import java.sql.SQLException;
import java.util.Objects;
import java.util.Set;

/**
 * What the database, or the way to it, has to say about something that failed.
 *
 * @param sqlState the five letters of the SQL standard; empty when there is none, as when
 * nothing answered
 * @param message the first line of what it said
 * @param fromDatabase whether the database was the reason at all
 * @see <a href=
 * "https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL error
 * codes</a>
 */
record DatabaseFault(String sqlState, String message, boolean fromDatabase) {

	/**
	 * Lock not available, deadlock, serialization failure; unique violation and
	 * duplicates, in the catalogue.
	 */
	private static final Set<String> PASSING = Set.of("55P03", "40P01", "40001", "23505", "42P07", "42710", "42P06");

	/** Looks for the innermost SQL exception, which is the driver's own. */
	static DatabaseFault of(Throwable thrown) {
		SQLException found = null;
		for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException sqlException) {
				found = sqlException;
			}
		}
		if (found == null) {
			return new DatabaseFault("", firstLine(thrown), false);
		}
		return new DatabaseFault(Objects.requireNonNullElse(found.getSQLState(), ""), firstLine(found), true);
	}

	private static String firstLine(Throwable thrown) {
		return String.valueOf(thrown.getMessage()).lines().findFirst().orElse("");
	}

	/**
	 * Whether a later attempt may find the database in order: no connection (no code,
	 * class 08), out of resources (class 53), shutting down or starting up (57P), a lock
	 * that was not free (55P03), or somebody who creates the same at the same time (the
	 * others), as the pipeline does at its start.
	 */
	boolean isPassing() {
		return this.fromDatabase
				&& (this.sqlState.isEmpty() || this.sqlState.startsWith("08") || this.sqlState.startsWith("53")
						|| this.sqlState.startsWith("57P") || PASSING.contains(this.sqlState));
	}

	/** The end of a start, in words for the person at the keyboard. */
	DatabaseStartException atStart(RuntimeException cause) {
		if (this.sqlState.startsWith("28")) {
			return new DatabaseStartException("The database refuses the login: " + this.message,
					"Check spring.datasource.username and spring.datasource.password.", cause);
		}
		if (this.sqlState.equals("3D000")) {
			return new DatabaseStartException("There is no such database: " + this.message,
					"Check the name at the end of spring.datasource.url, or create the database.", cause);
		}
		if (this.sqlState.equals("42501")) {
			return new DatabaseStartException("The database role lacks a privilege: " + this.message,
					"Grant it, or leave the role with SELECT alone; docs/operations.md says what each way needs.",
					cause);
		}
		return new DatabaseStartException("The database schema could not be migrated: " + cause.getMessage(),
				"Mend what it says and start again.", cause);
	}

}
