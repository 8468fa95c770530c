package io.datadialysis.realtime;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.stream.Stream;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.metrics.CircuitBreakerStatus;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.OverviewMetrics;
import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.SecurityMetrics;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.pipeline.FullScan;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What no golden answer holds: rows after now, and whatever a writer may have stored. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WindowsAndPoisonIT {

	private static final Instant NOW = Instant.parse("2028-02-29T23:59:59.999999Z"); // a
																						// leap
																						// day's
																						// last
																						// microsecond

	private final Postgres.Database database = Postgres.shared().createDatabase();

	private final RealtimeServer server = RealtimeServer.startWith(this.database);

	private final FullScan fullScan = this.server.bean(FullScan.class);

	@BeforeEach
	void empty() {
		this.database.execute("TRUNCATE audit_log, logs, patients, encounters, observations");
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	static Stream<TimeRange> ranges() {
		return Stream.concat(Stream.of("5m", "1h", "24h", "36h", "7d", "30d", "90d").map(TimeRange::parse),
				Stream.of(TimeRange.between("2028-02-28T22:59:59.999999", NOW.toString())));
	}

	@ParameterizedTest
	@MethodSource("ranges")
	void aWindowHoldsBothItsEndsAndNothingBeside(TimeRange range) {
		Instant from = NOW.minus(range.length());
		List<Instant> inside = List.of(from, from.plus(1, ChronoUnit.MICROS), NOW.minus(1, ChronoUnit.MICROS), NOW);
		List<Instant> outside = List.of(from.minus(1, ChronoUnit.MICROS), NOW.plus(1, ChronoUnit.MICROS),
				NOW.plus(1, ChronoUnit.DAYS), NOW.plus(9000, ChronoUnit.DAYS));
		int row = 0;
		for (Instant time : Stream.concat(inside.stream(), outside.stream()).toList()) {
			insertEverywhere(++row, time);
		}
		OverviewMetrics overview = (OverviewMetrics) compute(Feed.OVERVIEW, range);
		assertThat(overview.ingestions()).isEqualTo(OverviewMetrics.Ingestions.of(4, 0));
		assertThat(overview.records()).isEqualTo(OverviewMetrics.Records.of(12, 0));
		assertThat(overview.redactions().total()).isEqualTo(4);
		SecurityMetrics security = (SecurityMetrics) compute(Feed.SECURITY, range);
		assertThat(security.redactions().total()).isEqualTo(4);
		assertThat(security.auditEvents().total()).isEqualTo(4);
		assertThat(security.redactions().trend()).allSatisfy((day) -> assertThat(day.count()).isEqualTo(inside.stream()
			.filter((time) -> LocalDateTime.ofInstant(time, ZoneOffset.UTC).toLocalDate().equals(day.date()))
			.count()));
		PerformanceMetrics performance = (PerformanceMetrics) compute(Feed.PERFORMANCE, range);
		assertThat(performance.fileProcessing().totalFiles()).isEqualTo(4);
		// rows 1 to 4 take 1 to 4 ms: index ⌊4 · 0.5⌋ and ⌊4 · 0.95⌋ of the sorted ones
		assertThat(performance.latency()).isEqualTo(new PerformanceMetrics.Latency(2.5, 3.0, 4.0, 4.0));
	}

	@Test
	void theCircuitBreakerHasAnUpperEndToo() {
		for (Instant time : List.of(NOW, NOW.plus(1, ChronoUnit.MICROS), NOW.minus(1, ChronoUnit.HOURS))) {
			insertEvent("cb" + time, time, "ERROR", null, null);
		}
		insertEvent("fine", NOW, "INFO", null, null);
		insertEvent("unknown-severity", NOW, "<b>ODD</b>", null, null);
		insertEvent("no-severity", NOW, null, null, null);
		assertThat(compute(Feed.CIRCUIT_BREAKER, TimeRange.MONTH)).isEqualTo(CircuitBreakerStatus.of(5, 2));
		insertEvent("one-more", NOW, "CRITICAL", null, null);
		assertThat(((CircuitBreakerStatus) compute(Feed.CIRCUIT_BREAKER, TimeRange.HOUR)).isOpen()).isTrue();
	}

	@Test
	void aRowCountsFromTheMomentThatNowReachesIt() {
		insertEverywhere(1, NOW.plus(1, ChronoUnit.MICROS));
		assertThat(((OverviewMetrics) compute(Feed.OVERVIEW, TimeRange.HOUR)).ingestions().total()).isZero();
		OverviewMetrics later = (OverviewMetrics) this.fullScan.compute(new FeedRange(Feed.OVERVIEW, TimeRange.HOUR),
				NOW.plus(1, ChronoUnit.MICROS));
		assertThat(later.ingestions().total()).isEqualTo(1);
	}

	@Test
	void whateverStandsInDetailsOnlyFiniteNumbersCount() {
		@Nullable String[] poison = { null, "null", "1", "\"text\"", "[]", "{}", "[{\"processing_time_ms\": 5}]",
				"{\"processing_time_ms\": \"12\", \"processing_time_seconds\": \"1\"}",
				"{\"processing_time_ms\": null, \"processing_time_seconds\": []}",
				"{\"processing_time_ms\": 1e400, \"processing_time_seconds\": 1e400}",
				"{\"processing_time_ms\": -1e400, \"processing_time_seconds\": -1}",
				"{\"processing_time_ms\": -0.5, \"processing_time_seconds\": 0}",
				"{\"processing_time_ms\": true, \"processing_time_seconds\": 1e-400}" };
		for (int i = 0; i < poison.length; i++) {
			insertEvent("poison" + i, NOW.minus(30, ChronoUnit.SECONDS), "INFO", poison[i], 10);
		}
		PerformanceMetrics none = (PerformanceMetrics) compute(Feed.PERFORMANCE, TimeRange.HOUR);
		assertThat(none.latency()).isEqualTo(new PerformanceMetrics.Latency(null, null, null, null));
		// No time counts: all their rows over the second that is the least.
		assertThat(none.throughput()).isEqualTo(new PerformanceMetrics.Throughput(10.0 * poison.length, null, null));

		insertEvent("zero", NOW, "INFO", "{\"processing_time_ms\": 0, \"processing_time_seconds\": 0}", 20);
		insertEvent("good", NOW, "INFO", "{\"processing_time_ms\": 100.126, \"processing_time_seconds\": 2.0}", 50);
		PerformanceMetrics some = (PerformanceMetrics) compute(Feed.PERFORMANCE, TimeRange.HOUR);
		assertThat(some.latency()).isEqualTo(new PerformanceMetrics.Latency(50.06, 100.13, 100.13, 100.13));
		assertThat(some.throughput())
			.isEqualTo(new PerformanceMetrics.Throughput((10.0 * poison.length + 70) / 2, null, 25.0));
	}

	@Test
	void aTimeTooSmallForAFiniteRateDoesNotBreakTheJson() {
		insertEvent("tiny", NOW, "INFO", "{\"processing_time_seconds\": 5e-324}", Integer.MAX_VALUE);
		PerformanceMetrics metrics = (PerformanceMetrics) compute(Feed.PERFORMANCE, TimeRange.HOUR);
		assertThat(metrics.throughput().recordsPerSecond()).isFinite();
		assertThat(metrics.throughput().peakRecordsPerSecond()).isFinite();
	}

	@Test
	void withoutTimesThroughputIsOverTheSecondsFromFirstToLast() {
		insertEvent("first", NOW.minus(40, ChronoUnit.SECONDS), "INFO", null, 100);
		insertEvent("last", NOW, "INFO", "{}", 300);
		insertEvent("empty", NOW.minus(50, ChronoUnit.MINUTES), "INFO", "{\"processing_time_seconds\": 4}", 0);
		insertEvent("negative", NOW.minus(50, ChronoUnit.MINUTES), "INFO", "{\"processing_time_seconds\": 4}", -5);
		PerformanceMetrics metrics = (PerformanceMetrics) compute(Feed.PERFORMANCE, TimeRange.HOUR);
		assertThat(metrics.throughput()).isEqualTo(new PerformanceMetrics.Throughput(10.0, null, null));
	}

	@Test
	void endlessAndAncientTimesAreOutsideEveryWindow() {
		this.database.execute(
				"INSERT INTO audit_log (audit_id, event_type, event_timestamp) VALUES ('i', 'X', 'infinity'), ('m', 'X', '-infinity'), ('b', 'X', '4713-01-01 BC')",
				"INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp) VALUES ('i', 'f', 'h', 'r', 'infinity'), ('m', 'f', 'h', 'r', '-infinity')");
		assertThat(((SecurityMetrics) compute(Feed.SECURITY, TimeRange.MONTH)).auditEvents().total()).isZero();
		assertThat(((SecurityMetrics) compute(Feed.SECURITY, TimeRange.MONTH)).redactions().trend()).isEmpty();
	}

	@Test
	void namesFromTheTablesAreTextWhateverTheyLookLike() {
		this.database
			.execute("INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, source_adapter, timestamp)"
					+ " VALUES ('x', '\"quoted\"', 'h', E'a\\nb', '<script>alert(1)</script>', now() AT TIME ZONE 'UTC'),"
					+ " ('y', 'f', 'h', 'r', NULL, now() AT TIME ZONE 'UTC'),"
					+ " ('z', 'f', 'h', 'r', 'unknown', now() AT TIME ZONE 'UTC'), ('e', 'f', 'h', 'r', '', now() AT TIME ZONE 'UTC')");
		JsonNode redactions = this.server.getJson("/api/metrics/overview?time_range=1h").get("redactions");
		assertThat(redactions.at("/by_adapter").get("<script>alert(1)</script>").asInt()).isEqualTo(1);
		assertThat(redactions.at("/by_adapter").get("unknown").asInt()).isEqualTo(2);
		assertThat(redactions.at("/by_adapter").get("").asInt()).isEqualTo(1);
		assertThat(redactions.at("/by_field").get("\"quoted\"").asInt()).isEqualTo(1);
		assertThat(redactions.at("/by_rule").get("a\nb").asInt()).isEqualTo(1);
	}

	private Object compute(Feed feed, TimeRange range) {
		return this.fullScan.compute(new FeedRange(feed, range), NOW);
	}

	private void insertEverywhere(int row, Instant time) {
		String at = "'" + LocalDateTime.ofInstant(time, ZoneOffset.UTC) + "'";
		insertEvent("a" + row, time, "INFO", "{\"processing_time_ms\": " + row + "}", 1);
		this.database.execute(
				"INSERT INTO logs (log_id, field_name, original_hash, rule_triggered, timestamp) VALUES ('l" + row
						+ "', 'f', 'h', 'r', " + at + ")",
				"INSERT INTO patients (patient_id, ingestion_timestamp, source_adapter) VALUES ('p" + row + "', " + at
						+ ", 's')",
				"INSERT INTO encounters (encounter_id, patient_id, status, class_code, ingestion_timestamp, source_adapter)"
						+ " VALUES ('e" + row + "', 'p" + row + "', 's', 'c', " + at + ", 's')",
				"INSERT INTO observations (observation_id, patient_id, status, category, ingestion_timestamp, source_adapter)"
						+ " VALUES ('o" + row + "', 'p" + row + "', 's', 'c', " + at + ", 's')");
	}

	private void insertEvent(String id, Instant time, @Nullable String severity, @Nullable String details,
			@Nullable Integer rowCount) {
		this.database
			.execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity, details, row_count)"
					+ " VALUES ('" + id + "', 'BULK_PERSISTENCE', '" + LocalDateTime.ofInstant(time, ZoneOffset.UTC)
					+ "', " + quoted(severity) + ", " + quoted(details) + ", " + rowCount + ")");
	}

	private static String quoted(@Nullable String text) {
		return (text != null) ? "'" + text + "'" : "NULL";
	}

}
