package io.datadialysis.realtime.rollup;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

import io.datadialysis.realtime.fixtures.Postgres;

/**
 * The time that PostgreSQL says it spent, planning included, on the statements that read
 * buckets. It is not the client's time: that has the way to the database in it, and waits
 * for a processor that others use.
 */
final class DatabaseTime implements AutoCloseable {

	private final Connection connection;

	private final Statement statement;

	/**
	 * Starts measuring.
	 * @param database the database, on a server whose statistics nobody else needs
	 */
	DatabaseTime(Postgres.Database database) throws SQLException {
		database.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
		this.connection = database.connect();
		this.statement = this.connection.createStatement();
	}

	/** Has planning measured as well, in all sessions that begin from now on. */
	static void measurePlanning(Postgres.Database database) {
		database.execute("ALTER DATABASE " + database.name() + " SET pg_stat_statements.track_planning = on");
	}

	/** What a task made the database spend, in milliseconds. */
	double ofMs(Runnable task) {
		try {
			this.statement.execute("SELECT pg_stat_statements_reset()");
			task.run();
			try (ResultSet row = this.statement
				.executeQuery("SELECT coalesce(sum(total_plan_time + total_exec_time), 0)"
						+ " FROM pg_stat_statements WHERE query LIKE '%realtime.rollup_cover(%'")) {
				row.next();
				return row.getDouble(1);
			}
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
