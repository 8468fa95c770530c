package io.datadialysis.realtime.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import io.datadialysis.realtime.demo.DemoBatch.AuditEvent;
import io.datadialysis.realtime.demo.DemoBatch.Encounter;
import io.datadialysis.realtime.demo.DemoBatch.Observation;
import io.datadialysis.realtime.demo.DemoBatch.Patient;
import io.datadialysis.realtime.demo.DemoBatch.Redaction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DemoGeneratorTests {

	/** A Friday, in office hours. */
	private static final Instant NOW = Instant.parse("2026-11-20T14:37:08.123456789Z");

	private static final Set<String> FAILURES = Set.of("ERROR", "CRITICAL");

	private final DemoGenerator generator = new DemoGenerator(20260105, new DemoIds("test"));

	private final List<DemoBatch> month = month();

	@Test
	void noRowIsLaterThanTheInstantOfItsBatch() {
		assertThat(this.generator.live(NOW)).satisfies((batch) -> assertThat(times(batch)).isNotEmpty()
			.allMatch((time) -> !time.isAfter(NOW))
			.allMatch((time) -> time.isAfter(NOW.minusSeconds(10))));
		assertThat(this.month)
			.allSatisfy((batch) -> assertThat(times(batch)).allMatch((time) -> !time.isAfter(batch.at())));
	}

	@Test
	void historyStaysBetweenItsEndsAndComesInOrder() {
		Instant from = NOW.minus(1, ChronoUnit.DAYS);
		assertThat(this.generator.history(from, NOW)).extracting(DemoBatch::at)
			.isSorted()
			.allMatch((at) -> !at.isBefore(from.truncatedTo(ChronoUnit.MICROS)) && at.isBefore(NOW))
			.hasSizeBetween(20, 120);
	}

	@Test
	void timesAreWholeMicrosecondsSoThatTheDatabaseDoesNotRoundThemUp() {
		Stream<Instant> times = Stream.concat(times(this.generator.live(NOW)).stream(),
				this.month.stream().flatMap((batch) -> times(batch).stream()));
		assertThat(times).allMatch((time) -> time.equals(time.truncatedTo(ChronoUnit.MICROS)));
	}

	@Test
	void aMonthHasAsManyRowsAsAFirstStartCanAfford() {
		assertThat(this.month.stream().mapToInt(DemoBatch::size).sum()).isBetween(60_000, 100_000);
	}

	@Test
	void noIdIsGivenOutTwice() {
		List<String> ids = this.month.stream().flatMap(DemoGeneratorTests::insertedIds).toList();
		assertThat(ids).hasSizeGreaterThan(10_000).doesNotHaveDuplicates().allMatch((id) -> id.startsWith("demo-"));
		var another = new DemoGenerator(20260105, DemoIds.random());
		assertThat(insertedIds(another.live(NOW))).doesNotContainAnyElementsOf(ids);
	}

	@Test
	void aFrozenClockStillGivesNewRows() {
		DemoBatch first = this.generator.live(NOW);
		DemoBatch second = this.generator.live(NOW);
		assertThat(insertedIds(second)).doesNotContainAnyElementsOf(insertedIds(first).toList());
		assertThat(second.redactions()).extracting(Redaction::originalHash)
			.doesNotContainAnyElementsOf(first.redactions().stream().map(Redaction::originalHash).toList());
	}

	@Test
	void theSameSeedMakesTheSameRows() {
		var other = new DemoGenerator(20260105, new DemoIds("test"));
		Instant from = NOW.minus(1, ChronoUnit.DAYS);
		assertThat(new DemoGenerator(20260105, new DemoIds("test")).history(from, NOW))
			.isEqualTo(other.history(from, NOW))
			.isNotEqualTo(new DemoGenerator(1, new DemoIds("test")).history(from, NOW));
	}

	@Test
	void valuesFitTheirColumns() {
		var longestRun = Long.toString((1L << 40) - 1, Character.MAX_RADIX);
		assertThat(new DemoIds(longestRun).next('p').length() + Long.toString(Long.MAX_VALUE, 36).length())
			.isLessThanOrEqualTo(50);
		assertThat(this.month).allSatisfy((batch) -> {
			assertThat(batch.redactions())
				.allMatch((row) -> row.originalHash().matches("[0-9a-f]{64}") && row.fieldName().length() <= 50
						&& row.ruleTriggered().length() <= 50 && row.originalValueLength() > 0);
			assertThat(batch.encounters()).allMatch((row) -> row.status().length() <= 20
					&& row.classCode().length() <= 20 && row.sourceAdapter().length() <= 50);
			assertThat(batch.observations()).allMatch((row) -> row.status().length() <= 20
					&& row.category().length() <= 50 && row.transformationHash().length() <= 64);
		});
	}

	@Test
	void everyForeignKeyFindsItsRowInTheSameBatch() {
		assertThat(this.month).allSatisfy((batch) -> {
			var patients = ids(batch.patients(), Patient::patientId);
			var encounters = ids(batch.encounters(), Encounter::encounterId);
			assertThat(ids(batch.encounters(), Encounter::patientId)).isSubsetOf(patients);
			assertThat(ids(batch.observations(), Observation::patientId)).isSubsetOf(patients);
			assertThat(ids(batch.observations(), Observation::encounterId)).isSubsetOf(encounters);
			// One statement can't update the same row twice.
			assertThat(patients).hasSameSizeAs(batch.patients());
			assertThat(encounters).hasSameSizeAs(batch.encounters());
		});
	}

	@Test
	void someRecordsAreLoadedAgainLater() {
		List<String> patients = this.month.stream()
			.flatMap((batch) -> batch.patients().stream())
			.map(Patient::patientId)
			.toList();
		assertThat(new HashSet<>(patients)).hasSizeBetween(patients.size() / 2, patients.size() * 9 / 10);
		assertThat(this.month.stream().flatMap((batch) -> batch.changes().stream()))
			.anyMatch((change) -> change.changeType().equals("UPDATE"));
	}

	@Test
	void theRowCountOfALoadIsTheNumberOfItsRows() {
		assertThat(this.month).allSatisfy((batch) -> {
			Map<String, Integer> counted = loads(batch)
				.collect(Collectors.toMap((event) -> Objects.requireNonNull(event.tableName()),
						(event) -> Objects.requireNonNull(event.rowCount())));
			assertThat(counted.get("patients")).isEqualTo(batch.patients().size());
			assertThat(counted.getOrDefault("encounters", 0)).isEqualTo(batch.encounters().size());
			assertThat(counted.getOrDefault("observations", 0)).isEqualTo(batch.observations().size());
		});
	}

	@Test
	void aLoadFailsExactlyWhenItLeavesNoRows() {
		assertThat(this.month.stream().flatMap(DemoGeneratorTests::loads))
			.allMatch((event) -> isFailure(event) == (Objects.requireNonNull(event.rowCount()) == 0))
			.anyMatch(DemoGeneratorTests::isFailure)
			.allMatch((event) -> Objects.requireNonNull(event.details())
				.matches("\\{\"source_adapter\": \"[a-z_]+\", \"processing_time_ms\": \\d+\\.\\d\\d, "
						+ "\"processing_time_seconds\": \\d+\\.\\d{4}}"));
	}

	@Test
	void allTypesSeveritiesAndAdaptersOccurAndSomeAreMissing() {
		List<AuditEvent> events = this.month.stream().flatMap((batch) -> batch.auditEvents().stream()).toList();
		assertThat(values(events, AuditEvent::eventType)).containsExactlyInAnyOrder("BULK_PERSISTENCE",
				"VALIDATION_ERROR", "TRANSFORMATION_ERROR", "PERSISTENCE", "REDACTION", "SCHEMA_CHANGE");
		assertThat(values(events, AuditEvent::severity)).containsExactlyInAnyOrder("INFO", "WARNING", "ERROR",
				"CRITICAL", null);
		assertThat(values(events, AuditEvent::sourceAdapter)).containsExactlyInAnyOrder("csv_ingester", "json_ingester",
				"xml_ingester", "bulk_ingestion", null);
		assertThat(this.month.stream().flatMap((batch) -> batch.redactions().stream()))
			.anyMatch((row) -> row.sourceAdapter() == null)
			.anyMatch((row) -> row.recordId() == null);
	}

	@Test
	void badHoursAndOnlyTheyOpenTheCircuitBreaker() {
		var rhythm = new DemoRhythm(20260105);
		Map<Instant, List<AuditEvent>> byHour = this.month.stream()
			.flatMap((batch) -> batch.auditEvents().stream())
			.collect(Collectors.groupingBy((event) -> event.eventTimestamp().truncatedTo(ChronoUnit.HOURS)));
		Map<Boolean, List<List<AuditEvent>>> hours = byHour.entrySet()
			.stream()
			.filter((hour) -> hour.getValue().size() >= 15)
			.collect(Collectors.partitioningBy((hour) -> rhythm.isBadHour(hour.getKey()),
					Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
		assertThat(hours.get(true)).hasSizeBetween(5, 20).allMatch((events) -> failureRate(events) >= 0.5);
		assertThat(hours.get(false)).hasSizeGreaterThan(100).allMatch((events) -> failureRate(events) < 0.5);
	}

	@Test
	void officeHoursAreBusierThanNightsAndWeekends() {
		Instant friday = Instant.parse("2026-11-20T11:00:00Z");
		int office = liveRows(friday);
		assertThat(liveRows(friday.plus(12, ChronoUnit.HOURS))).isLessThan(office * 9 / 10);
		assertThat(liveRows(friday.plus(24, ChronoUnit.HOURS))).isLessThan(office * 9 / 10);
		Map<Boolean, Long> batches = this.month.stream()
			.collect(Collectors.partitioningBy((batch) -> new DemoRhythm(0).load(batch.at()) == 1,
					Collectors.counting()));
		assertThat(batches.get(true)).isGreaterThan(batches.get(false));
	}

	@Test
	void theNightlyLoadIsThePeak() {
		Instant night = Instant.parse("2026-11-20T02:30:00Z");
		assertThat(IntStream.range(0, 50).mapToObj((i) -> this.generator.live(night.plusSeconds(i))))
			.anyMatch((batch) -> batch.observations().size() > 25);
	}

	@Test
	void aLiveBatchIsModest() {
		assertThat(IntStream.range(0, 500).mapToObj((i) -> this.generator.live(NOW.plusSeconds(i))))
			.allMatch((batch) -> batch.redactions().size() >= 1 && batch.redactions().size() <= 6)
			.allMatch((batch) -> batch.patients().size() <= 4 && batch.observations().size() <= 12);
	}

	private int liveRows(Instant hour) {
		return IntStream.range(0, 200)
			.map((i) -> this.generator.live(hour.plus(Duration.ofSeconds(3L * i))).size())
			.sum();
	}

	private List<DemoBatch> month() {
		List<DemoBatch> batches = new ArrayList<>();
		for (int day = 0; day < 30; day++) {
			Instant to = NOW.minus(day, ChronoUnit.DAYS);
			batches.addAll(this.generator.history(to.minus(1, ChronoUnit.DAYS), to));
		}
		return batches;
	}

	private static double failureRate(List<AuditEvent> events) {
		return (double) events.stream().filter(DemoGeneratorTests::isFailure).count() / events.size();
	}

	private static boolean isFailure(AuditEvent event) {
		return event.severity() != null && FAILURES.contains(event.severity());
	}

	private static Stream<AuditEvent> loads(DemoBatch batch) {
		return batch.auditEvents().stream().filter((event) -> event.eventType().equals("BULK_PERSISTENCE"));
	}

	/** Ids of the tables that are only appended to. */
	private static Stream<String> insertedIds(DemoBatch batch) {
		return Stream
			.of(batch.redactions().stream().map(Redaction::logId),
					batch.auditEvents().stream().map(AuditEvent::auditId),
					batch.changes().stream().map(DemoBatch.Change::changeId))
			.flatMap((ids) -> ids);
	}

	private static List<Instant> times(DemoBatch batch) {
		return Stream
			.of(batch.redactions().stream().map(Redaction::timestamp),
					batch.patients().stream().map(Patient::ingestionTimestamp),
					batch.encounters().stream().map(Encounter::ingestionTimestamp),
					batch.observations().stream().map(Observation::ingestionTimestamp),
					batch.auditEvents().stream().map(AuditEvent::eventTimestamp),
					batch.changes().stream().map(DemoBatch.Change::changedAt))
			.flatMap((times) -> times)
			.toList();
	}

	private static <R> Set<String> ids(List<R> rows, Function<R, String> id) {
		return rows.stream().map(id).collect(Collectors.toSet());
	}

	private static <R> Set<@Nullable String> values(List<R> rows, Function<R, @Nullable String> column) {
		var values = new HashSet<@Nullable String>();
		rows.forEach((row) -> values.add(column.apply(row)));
		return values;
	}

}
