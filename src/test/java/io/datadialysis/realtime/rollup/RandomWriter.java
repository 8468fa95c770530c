package io.datadialysis.realtime.rollup;

import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Random;
import java.util.function.Supplier;

import io.datadialysis.realtime.fixtures.Postgres;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;

/**
 * One connection that does to the pipeline's tables whatever a writer may do, by a seed:
 * rows of now, late rows, future rows, poison, upserts, updates and deletes of any row
 * and of the peak, the first and the last one, {@code COPY}, {@code TRUNCATE}, rollbacks.
 */
final class RandomWriter implements AutoCloseable {

	private static final String[] POISON = { "null", "[]", "1", "\"text\"",
			"{\"processing_time_ms\": \"12\", \"processing_time_seconds\": []}",
			"{\"processing_time_ms\": 1e400, \"processing_time_seconds\": 1e400}",
			"{\"processing_time_ms\": 1e-400, \"processing_time_seconds\": 1e-400}",
			"{\"processing_time_ms\": -1, \"processing_time_seconds\": 0}",
			"{\"processing_time_ms\": 0, \"processing_time_seconds\": 4.9e-324}" };

	private static final String[] SPECIAL_TIMES = { "infinity", "-infinity", "4713-01-01 BC", "294276-12-31 23:59:59" };

	private static final String DEADLOCK = "40P01";

	private static final String FOREIGN_KEY = "23503";

	private final String name;

	private final Random random;

	private final Instant now;

	private final Connection connection;

	private long rows;

	RandomWriter(Postgres.Database database, String name, long seed, Instant now) throws SQLException {
		this.name = name;
		this.random = new Random(seed);
		this.now = now;
		this.connection = database.connect();
		this.connection.setAutoCommit(false);
	}

	/**
	 * One transaction. Writers may get in each other's way, as the real ones do; then it
	 * is rolled back.
	 */
	void transaction() throws SQLException, IOException {
		try {
			int statements = 1 + this.random.nextInt(3);
			for (int i = 0; i < statements; i++) {
				if (this.random.nextInt(10) == 0) {
					Savepoint savepoint = this.connection.setSavepoint();
					statement();
					this.connection.rollback(savepoint);
				}
				else {
					statement();
				}
			}
			if (this.random.nextInt(6) == 0) {
				this.connection.rollback();
			}
			else {
				this.connection.commit();
			}
		}
		catch (PSQLException ex) {
			this.connection.rollback();
			// A deadlock between writers, or a patient that another one has just deleted.
			if (!DEADLOCK.equals(ex.getSQLState()) && !FOREIGN_KEY.equals(ex.getSQLState())) {
				throw ex;
			}
		}
	}

	private void statement() throws SQLException, IOException {
		switch (this.random.nextInt(18)) {
			case 0, 1, 2, 3 ->
				execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity, details,"
						+ " row_count) VALUES " + several(this::auditRow));
			case 4, 5 -> execute("INSERT INTO logs (log_id, field_name, original_hash, timestamp, rule_triggered,"
					+ " source_adapter) VALUES " + several(this::logRow));
			case 6 -> copyLogs();
			case 7, 8 -> execute("INSERT INTO patients (patient_id, ingestion_timestamp, source_adapter) VALUES "
					+ several(() -> "('p" + this.name + this.random.nextInt(40) + "-" + this.rows++ % 7 + "', " + time()
							+ ", 's')")
					+ " ON CONFLICT (patient_id) DO UPDATE SET ingestion_timestamp = EXCLUDED.ingestion_timestamp");
			case 9 ->
				execute("INSERT INTO observations (observation_id, patient_id, status, category, ingestion_timestamp,"
						+ " source_adapter) SELECT 'o" + id() + "' || patient_id, patient_id, 's', 'c', " + time()
						+ ", 's' FROM (SELECT patient_id FROM patients LIMIT 3) AS few");
			case 10 ->
				execute("DELETE FROM audit_log WHERE audit_id IN (SELECT audit_id FROM audit_log WHERE row_count > 0"
						+ " ORDER BY row_count / coalesce(nullif(realtime.timing_seconds(details), 0), 1) DESC LIMIT 1)");
			case 11 -> execute("DELETE FROM audit_log WHERE event_timestamp = (SELECT "
					+ (this.random.nextBoolean() ? "min" : "max")
					+ "(event_timestamp) FROM audit_log WHERE row_count > 0 AND isfinite(event_timestamp)"
					+ " AND event_timestamp > '2000-01-01' AND event_timestamp < '2030-01-01')");
			case 12 -> execute("UPDATE audit_log SET severity = " + severity() + ", row_count = " + rowCount()
					+ ", details = " + details() + ", event_timestamp = " + time()
					+ " WHERE audit_id IN (SELECT audit_id FROM audit_log ORDER BY md5(audit_id || '" + id()
					+ "') LIMIT 2)");
			case 13 -> execute("UPDATE logs SET rule_triggered = 'moved', timestamp = timestamp + interval '1 hour'"
					// not beyond what a timestamp can hold
					+ " WHERE timestamp < '2100-01-01' AND log_id IN (SELECT log_id FROM logs ORDER BY md5(log_id || '"
					+ id() + "') LIMIT 3)");
			case 14 -> execute("DELETE FROM patients WHERE patient_id IN (SELECT patient_id FROM patients"
					+ " ORDER BY md5(patient_id || '" + id() + "') LIMIT 2)");
			case 15 -> execute("UPDATE patients SET city = 'x', ingestion_timestamp = ingestion_timestamp"
					+ " WHERE patient_id LIKE 'p" + this.name + "1%'");
			case 16 ->
				execute("DELETE FROM logs WHERE log_id IN (SELECT log_id FROM logs ORDER BY timestamp" + " LIMIT 2)");
			default -> {
				if (this.random.nextInt(4) == 0) {
					execute("TRUNCATE "
							+ new String[] { "audit_log", "logs", "patients CASCADE" }[this.random.nextInt(3)]);
				}
			}
		}
	}

	private void copyLogs() throws SQLException, IOException {
		StringBuilder rows = new StringBuilder();
		for (int i = 0; i < 200; i++) {
			rows.append(id() + "\tf" + this.random.nextInt(9) + "\th\t" + recentTime() + "\tr" + this.random.nextInt(4)
					+ "\t" + (this.random.nextInt(5) == 0 ? "\\N" : "a" + this.random.nextInt(3)) + "\n");
		}
		this.connection.unwrap(PGConnection.class)
			.getCopyAPI()
			.copyIn("COPY logs (log_id, field_name, original_hash, timestamp, rule_triggered, source_adapter) FROM STDIN",
					new StringReader(rows.toString()));
	}

	private String several(Supplier<String> row) {
		StringBuilder rows = new StringBuilder(row.get());
		for (int i = this.random.nextInt(6); i > 0; i--) {
			rows.append(", ").append(row.get());
		}
		return rows.toString();
	}

	private String auditRow() {
		String type = switch (this.random.nextInt(6)) {
			case 0 -> "VALIDATION_ERROR";
			case 1 -> "TRANSFORMATION_ERROR";
			case 2 -> "x".repeat(50);
			default -> "BULK_PERSISTENCE";
		};
		return "('" + id() + "', '" + type + "', " + time() + ", " + severity() + ", " + details() + ", " + rowCount()
				+ ")";
	}

	private String logRow() {
		return "('" + id() + "', 'f" + this.random.nextInt(9) + "', 'h', " + time() + ", 'r" + this.random.nextInt(4)
				+ "', " + (this.random.nextInt(5) == 0 ? "NULL" : "'a" + this.random.nextInt(3) + "'") + ")";
	}

	private String severity() {
		return switch (this.random.nextInt(5)) {
			case 0 -> "NULL";
			case 1 -> "'ERROR'";
			case 2 -> "'CRITICAL'";
			default -> "'INFO'";
		};
	}

	private String rowCount() {
		return switch (this.random.nextInt(8)) {
			case 0 -> "NULL";
			case 1 -> "0";
			case 2 -> "-5";
			case 3 -> "2147483647";
			default -> String.valueOf(this.random.nextInt(1000));
		};
	}

	private String details() {
		if (this.random.nextInt(4) == 0) {
			return "'" + POISON[this.random.nextInt(POISON.length)] + "'";
		}
		double ms = Math.exp(this.random.nextGaussian() * 2 + 5);
		return "'{\"processing_time_ms\": " + ms + ", \"processing_time_seconds\": " + ms / 1000 + "}'";
	}

	private String id() {
		return this.name + "-" + this.rows++;
	}

	private String time() {
		if (this.random.nextInt(40) == 0) {
			return "'" + SPECIAL_TIMES[this.random.nextInt(SPECIAL_TIMES.length)] + "'";
		}
		Instant time = switch (this.random.nextInt(8)) {
			case 0 -> this.now.minus(this.random.nextLong(Duration.ofDays(40).toSeconds()), ChronoUnit.SECONDS);
			case 1 -> this.now.plus(this.random.nextLong(Duration.ofDays(2).toSeconds()), ChronoUnit.SECONDS);
			case 2 -> {
				// at the very edge of a window
				Duration[] ranges = { Duration.ZERO, Duration.ofHours(1), Duration.ofDays(1), Duration.ofDays(7),
						Duration.ofDays(30) };
				yield this.now.minus(ranges[this.random.nextInt(ranges.length)])
					.plus(this.random.nextInt(3) - 1, ChronoUnit.MICROS);
			}
			default -> this.now.minus(this.random.nextLong(Duration.ofHours(3).toNanos() / 1000), ChronoUnit.MICROS);
		};
		return "'" + LocalDateTime.ofInstant(time, ZoneOffset.UTC) + "'";
	}

	private String recentTime() {
		return LocalDateTime
			.ofInstant(this.now.minus(this.random.nextLong(Duration.ofMinutes(1).toNanos() / 1000), ChronoUnit.MICROS),
					ZoneOffset.UTC)
			.toString();
	}

	private void execute(String sql) throws SQLException {
		try (Statement statement = this.connection.createStatement()) {
			statement.execute(sql);
		}
	}

	@Override
	public void close() throws SQLException {
		this.connection.close();
	}

}
