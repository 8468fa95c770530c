package io.datadialysis.realtime.rollup;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

import io.datadialysis.realtime.fixtures.Postgres;
import org.jspecify.annotations.Nullable;

import org.springframework.core.io.ClassPathResource;

import static org.awaitility.Awaitility.await;

/** A database with the pipeline's tables, as the pipeline makes them. */
final class PipelineTables {

	private PipelineTables() {
	}

	/** Creates a database with the pipeline's tables, all empty. */
	static Postgres.Database create(Postgres postgres) {
		Postgres.Database database = postgres.createDatabase();
		try {
			database.execute(new ClassPathResource("pipeline/schema.sql").getContentAsString(StandardCharsets.UTF_8));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return database;
	}

	/**
	 * Fills {@code audit_log} and {@code logs} with so many rows each, spread over the 30
	 * days before an instant.
	 */
	static void fill(Postgres.Database database, int rows, Instant now) {
		String end = "'" + LocalDateTime.ofInstant(now, ZoneOffset.UTC) + "'::timestamp";
		database.execute(
				"INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity, source_adapter, row_count, details)"
						+ " SELECT 'a' || i, (ARRAY['BULK_PERSISTENCE', 'VALIDATION_ERROR', 'TRANSFORMATION_ERROR',"
						+ " 'REDACTION', 'INGESTION_STARTED'])[1 + i % 5], " + end
						+ " - random() * interval '30 days', (ARRAY['INFO', 'WARNING', 'ERROR', 'CRITICAL'])[1 + (i / 5) % 4],"
						+ " 'adapter_' || i % 4, i % 1000, CASE WHEN i % 5 = 0 THEN jsonb_build_object('processing_time_ms',"
						+ " round((exp(random() * 6) * 10)::numeric, 3), 'processing_time_seconds', round(random()::numeric, 3))"
						+ " END FROM generate_series(1, " + rows + ") AS i",
				"INSERT INTO logs (log_id, field_name, original_hash, timestamp, rule_triggered, source_adapter)"
						+ " SELECT 'l' || i, 'field_' || i % 10, md5(i::text), " + end
						+ " - random() * interval '30 days', 'rule_' || (i / 3) % 8, 'adapter_' || i % 4"
						+ " FROM generate_series(1, " + rows + ") AS i",
				"VACUUM ANALYZE audit_log", "VACUUM ANALYZE logs");
	}

	/** Waits until buckets hold all that was written. */
	static void awaitFolded(Postgres.Database database) {
		await().until(() -> single(database, "SELECT min(id) FROM realtime.rollup_queue") == null);
	}

	/** The only value of a query, as text. */
	static @Nullable String single(Postgres.Database database, String sql) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

}
