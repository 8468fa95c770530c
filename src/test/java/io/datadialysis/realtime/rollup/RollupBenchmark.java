package io.datadialysis.realtime.rollup;

import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.pipeline.FullScan;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.postgresql.PGConnection;

import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What the rollup costs, side by side with the full scan and with a database without
 * triggers. Run by {@code ./mvnw -Pbenchmark verify}; {@code -Dbenchmark.rows=20000000}
 * for larger tables.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RollupBenchmark {

	private static final PrintStream out = System.out;

	private static final int ROWS = Integer.getInteger("benchmark.rows", 2_000_000);

	/** Measured with 2 and 20 million rows of each kind. */
	private static final long BYTES_PER_ROW_PAIR = 900;

	private static final int RUNS = 7;

	private static final int COPIED = 100_000;

	private static final double TICK_LIMIT_MS = 50;

	private static final List<String> TRIGGERED = List.of("audit_log", "logs");

	@Test
	@Order(1)
	void tickCost() throws Exception {
		out.printf("%nTables of %,d rows each; this takes about %.1f GB of disk.%n", ROWS,
				ROWS * BYTES_PER_ROW_PAIR / 1e9);
		Postgres.Database database = pipelineDatabase();
		Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
		fill(database, now);
		long start = System.nanoTime();
		try (RealtimeServer server = RealtimeServer.startWith(database)) {
			RollupJob job = server.bean(RollupJob.class);
			await().atMost(Duration.ofHours(2)).until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			out.printf("Backfill: %.1f s, of that some seconds for the start%n", (System.nanoTime() - start) / 1e9);
			database.execute("VACUUM ANALYZE realtime.rollup_bucket", "VACUUM realtime.rollup_queue");
			out.printf("Buckets: %s%n", single(database, "SELECT count(*) || ' rows, ' || pg_size_pretty("
					+ "pg_total_relation_size('realtime.rollup_bucket')) FROM realtime.rollup_bucket"));
			Rollup rollup = server.bean(Rollup.class);
			FullScan fullScan = server.bean(FullScan.class);
			double all = 0;
			out.printf("%-6s %12s %12s %10s%n", "range", "rollup ms", "full scan ms", "ratio");
			for (TimeRange range : Comparison.RANGES) {
				double buckets = median(40, () -> {
					for (Feed feed : feeds(range)) {
						assertThat(rollup.fromBuckets(new FeedRange(feed, range), Instant.now())).isPresent();
					}
				});
				double tables = median(1, () -> {
					for (Feed feed : feeds(range)) {
						fullScan.compute(new FeedRange(feed, range), Instant.now());
					}
				});
				all += buckets;
				out.printf("%-6s %12.1f %12.1f %10.0f%n", range.text(), buckets, tables, tables / buckets);
			}
			out.printf("All four feeds at four ranges: %.1f ms%n", all);
			commitToMessage(database, server);
			assertThat(all).isLessThanOrEqualTo(TICK_LIMIT_MS);
		}
	}

	/** The circuit breaker is the same at every range and computed once. */
	private static Set<Feed> feeds(TimeRange range) {
		return range.equals(TimeRange.HOUR) ? EnumSet.allOf(Feed.class)
				: EnumSet.of(Feed.OVERVIEW, Feed.SECURITY, Feed.PERFORMANCE);
	}

	private void commitToMessage(Postgres.Database database, RealtimeServer server) throws SQLException {
		List<Double> latencies = new ArrayList<>();
		try (StompPeer peer = StompPeer.connect(server, "time-range:24h");
				Connection writer = database.connect();
				Statement statement = writer.createStatement()) {
			peer.subscribe("s", "/topic/security");
			peer.nextMessage("s");
			Random random = new Random(7);
			for (int i = 0; i < 200; i++) {
				String type = "push" + i;
				statement.execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp) VALUES ('" + type
						+ "', '" + type + "', '" + LocalDateTime.now(ZoneOffset.UTC) + "')");
				long committed = System.nanoTime();
				while (!peer.nextMessage("s").json().at("/data/audit_events/by_type").has(type)) {
					assertThat(System.nanoTime() - committed).isLessThan(Duration.ofSeconds(30).toNanos());
				}
				latencies.add((System.nanoTime() - committed) / 1e6);
				// Not in step with the polls.
				long next = System.nanoTime() + 200_000_000L + random.nextInt(200_000_000);
				while (System.nanoTime() < next) {
					Thread.onSpinWait();
				}
			}
		}
		latencies.sort(null);
		out.printf("Commit to message: p50 %.0f ms, p99 %.0f ms, worst %.0f ms%n", latencies.get(100),
				latencies.get(198), latencies.get(199));
		assertThat(latencies.get(198)).isLessThan(500);
	}

	@Test
	@Order(2)
	void writersCost() throws Exception {
		Postgres.Database database = pipelineDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database)) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
		}
		double minute = copyRatio(database, Duration.ofMinutes(1));
		double day = copyRatio(database, Duration.ofDays(1));
		double insert = singleInsertMicros(database);
		out.printf("COPY of %,d rows within a minute: %.3f times as long, spread over a day: %.3f%n", COPIED, minute,
				day);
		out.printf("A single-row insert takes %.0f µs more%n", insert);
		assertThat(minute).isLessThanOrEqualTo(1.15);
		assertThat(day).isLessThanOrEqualTo(1.30);
		assertThat(insert).isLessThanOrEqualTo(100);
	}

	private static double copyRatio(Postgres.Database database, Duration spread) throws Exception {
		String rows = redactions(spread);
		List<Double> without = new ArrayList<>();
		List<Double> with = new ArrayList<>();
		try (Connection connection = database.connect(); Statement statement = connection.createStatement()) {
			for (int run = 0; run < RUNS; run++) {
				for (boolean triggers : new boolean[] { false, true }) {
					enable(statement, triggers);
					statement.execute("TRUNCATE logs");
					statement.execute("TRUNCATE realtime.rollup_queue");
					statement.execute("CHECKPOINT");
					long start = System.nanoTime();
					connection.unwrap(PGConnection.class)
						.getCopyAPI()
						.copyIn("COPY logs (log_id, field_name, original_hash,"
								+ " timestamp, rule_triggered, record_id, source_adapter, ingestion_id, redacted_value,"
								+ " original_value_length) FROM STDIN", new StringReader(rows), 65_536);
					(triggers ? with : without).add((System.nanoTime() - start) / 1e6);
				}
			}
		}
		with.sort(null);
		without.sort(null);
		return with.get(RUNS / 2) / without.get(RUNS / 2);
	}

	private static double singleInsertMicros(Postgres.Database database) throws SQLException {
		List<Double> without = new ArrayList<>();
		List<Double> with = new ArrayList<>();
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				var insert = connection.prepareStatement("INSERT INTO audit_log (audit_id, event_type, event_timestamp,"
						+ " severity, details, row_count) VALUES (?, 'BULK_PERSISTENCE', now() AT TIME ZONE 'UTC', 'INFO',"
						+ " '{\"processing_time_ms\": 12.5, \"processing_time_seconds\": 0.0125}', 10)")) {
			// In one transaction, so that the disk is not what is measured.
			int id = 0;
			for (int run = 0; run < RUNS * 2; run++) {
				for (boolean triggers : new boolean[] { false, true }) {
					enable(statement, triggers);
					connection.setAutoCommit(false);
					long start = System.nanoTime();
					for (int i = 0; i < 1000; i++) {
						insert.setString(1, "single-" + id++);
						insert.executeUpdate();
					}
					(triggers ? with : without).add((System.nanoTime() - start) / 1e6);
					connection.commit();
					connection.setAutoCommit(true);
				}
			}
		}
		with.sort(null);
		without.sort(null);
		return with.get(RUNS) - without.get(RUNS);
	}

	private static void enable(Statement statement, boolean triggers) throws SQLException {
		for (String table : TRIGGERED) {
			for (String event : List.of("insert", "truncate")) {
				statement.execute(
						"ALTER TABLE " + table + (triggers ? " ENABLE" : " DISABLE") + " TRIGGER realtime_" + event);
			}
		}
	}

	@Test
	@Order(3)
	void writersNeverWaitForALockOfOurs() throws Exception {
		Postgres.Database database = pipelineDatabase();
		AtomicBoolean stop = new AtomicBoolean();
		try (RealtimeServer server = RealtimeServer.startWith(database);
				ExecutorService executor = Executors.newCachedThreadPool();
				Connection watcher = database.connect();
				Statement statement = watcher.createStatement()) {
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			List<Future<Integer>> writers = new ArrayList<>();
			for (int w = 0; w < 8; w++) {
				String name = "w" + w;
				writers.add(executor.submit(() -> {
					int batches = 0;
					try (Connection connection = database.connect(); Statement insert = connection.createStatement()) {
						while (!stop.get()) {
							insert.execute("INSERT INTO logs (log_id, field_name, original_hash, rule_triggered)"
									+ " SELECT '" + name + "-" + batches + "-' || i, 'f' || i % 10, 'h', 'r' || i % 4"
									+ " FROM generate_series(1, 500) AS i");
							batches++;
						}
					}
					return batches;
				}));
			}
			int samples = 0;
			int elsewhere = 0;
			List<String> waits = new ArrayList<>();
			long start = System.nanoTime();
			while (System.nanoTime() - start < Duration.ofSeconds(15).toNanos()) {
				samples++;
				try (ResultSet row = statement.executeQuery(
						"""
								SELECT coalesce(n.nspname, '?') || '.' || coalesce(c.relname, '?') || ' ' || l.locktype AS lock
								  FROM pg_stat_activity AS a JOIN pg_locks AS l ON l.pid = a.pid AND NOT l.granted
								       LEFT JOIN pg_class AS c ON c.oid = l.relation LEFT JOIN pg_namespace AS n ON n.oid = c.relnamespace
								 WHERE a.datname = current_database() AND a.wait_event_type = 'Lock'
								   AND a.application_name <> 'data-dialysis-realtime'
								""")) {
					while (row.next()) {
						if (row.getString(1).startsWith("public.")) {
							elsewhere++;
						}
						else {
							waits.add(row.getString(1));
						}
					}
				}
			}
			stop.set(true);
			int batches = 0;
			for (Future<Integer> writer : writers) {
				batches += writer.get();
			}
			out.printf(
					"Eight writers, %,d batches of 500 rows, %,d looks: waits for the pipeline's own locks %d, for ours %s%n",
					batches, samples, elsewhere, waits);
			assertThat(waits).isEmpty();
			foldRate(server);
		}
	}

	private static void foldRate(RealtimeServer server) {
		JdbcClient jdbc = server.bean(JdbcClient.class);
		await().until(() -> jdbc.sql("SELECT count(*) FROM realtime.rollup_queue").query(Long.class).single() == 0);
		jdbc.sql(
				"INSERT INTO logs (log_id, field_name, original_hash, rule_triggered) SELECT 'fold-' || i, 'f' || i % 10, 'h',"
						+ " 'r' || i % 4 FROM generate_series(1, 500000) AS i")
			.update();
		long start = System.nanoTime();
		await().pollInterval(Duration.ofMillis(10))
			.until(() -> jdbc.sql("SELECT count(*) FROM realtime.rollup_queue").query(Long.class).single() == 0);
		out.printf("Fold: %,.0f rows of logs a second%n", 500_000 / ((System.nanoTime() - start) / 1e9));
	}

	private static String redactions(Duration spread) {
		Random random = new Random(1);
		LocalDateTime end = LocalDateTime.of(2026, 11, 20, 12, 0);
		StringBuilder rows = new StringBuilder();
		for (int i = 0; i < COPIED; i++) {
			rows.append(String.format(
					"%016x-%06d\tfield_%d\t%064x\t%s\trule_%d\trecord-%d\tadapter_%d\tingestion\t[REDACTED]\t%d%n",
					random.nextLong(), i, random.nextInt(10), random.nextLong() & Long.MAX_VALUE,
					end.minus(random.nextLong(spread.toNanos() / 1000), ChronoUnit.MICROS), random.nextInt(8), i % 5000,
					random.nextInt(4), random.nextInt(40)));
		}
		return rows.toString();
	}

	private static Postgres.Database pipelineDatabase() throws IOException {
		Postgres.Database database = Postgres.shared().createDatabase();
		database.execute(new ClassPathResource("pipeline/schema.sql").getContentAsString(StandardCharsets.UTF_8));
		return database;
	}

	private static void fill(Postgres.Database database, Instant now) {
		String end = "'" + LocalDateTime.ofInstant(now, ZoneOffset.UTC) + "'::timestamp";
		database.execute(
				"INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity, source_adapter, row_count, details)"
						+ " SELECT 'a' || i, (ARRAY['BULK_PERSISTENCE', 'VALIDATION_ERROR', 'TRANSFORMATION_ERROR',"
						+ " 'REDACTION', 'INGESTION_STARTED'])[1 + i % 5], " + end
						+ " - random() * interval '30 days', (ARRAY['INFO', 'WARNING', 'ERROR', 'CRITICAL'])[1 + (i / 5) % 4],"
						+ " 'adapter_' || i % 4, i % 1000, CASE WHEN i % 5 = 0 THEN jsonb_build_object('processing_time_ms',"
						+ " round((exp(random() * 6) * 10)::numeric, 3), 'processing_time_seconds', round(random()::numeric, 3))"
						+ " END FROM generate_series(1, " + ROWS + ") AS i",
				"INSERT INTO logs (log_id, field_name, original_hash, timestamp, rule_triggered, source_adapter)"
						+ " SELECT 'l' || i, 'field_' || i % 10, md5(i::text), " + end
						+ " - random() * interval '30 days', 'rule_' || (i / 3) % 8, 'adapter_' || i % 4"
						+ " FROM generate_series(1, " + ROWS + ") AS i",
				"VACUUM ANALYZE audit_log", "VACUUM ANALYZE logs");
	}

	private static String single(Postgres.Database database, String sql) throws SQLException {
		try (Connection connection = database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery(sql)) {
			row.next();
			return row.getString(1);
		}
	}

	private static double median(int runs, Runnable task) {
		double[] times = new double[runs];
		for (int i = 0; i < runs; i++) {
			long start = System.nanoTime();
			task.run();
			times[i] = (System.nanoTime() - start) / 1e6;
		}
		Arrays.sort(times);
		return times[runs / 2];
	}

}
