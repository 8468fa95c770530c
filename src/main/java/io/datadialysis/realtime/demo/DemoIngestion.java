package io.datadialysis.realtime.demo;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import io.datadialysis.realtime.demo.DemoBatch.AuditEvent;
import io.datadialysis.realtime.demo.DemoBatch.Change;
import io.datadialysis.realtime.demo.DemoBatch.Encounter;
import io.datadialysis.realtime.demo.DemoBatch.Observation;
import io.datadialysis.realtime.demo.DemoBatch.Patient;
import io.datadialysis.realtime.demo.DemoBatch.Redaction;
import org.jspecify.annotations.Nullable;

/**
 * One file on its way through the pipeline: values are redacted, records that don't hold
 * are refused, the rest is loaded table by table, parents first, until a load fails.
 */
final class DemoIngestion {

	private static final double FAILING = 0.04;

	private static final double FAILING_IN_BAD_HOUR = 0.85;

	private final DemoDraw draw;

	private final DemoIds ids;

	private final Instant at;

	private final boolean badHour;

	private final String ingestionId;

	private final String adapter;

	private final List<AuditEvent> auditEvents = new ArrayList<>();

	DemoIngestion(DemoDraw draw, DemoIds ids, Instant at, boolean peak, boolean badHour) {
		this.draw = draw;
		this.ids = ids;
		this.at = at;
		this.badHour = badHour;
		this.ingestionId = ids.next('i');
		this.adapter = peak ? "bulk_ingestion" : draw.from(DemoVocabulary.ADAPTERS);
	}

	/**
	 * Loads the visits.
	 * @param visits what the file holds, each visit once
	 * @param redactions how many values in it have to be redacted
	 * @return the rows, each stamped with the moment that it would have been written
	 */
	DemoBatch load(List<DemoVisit> visits, int redactions) {
		List<Patient> patients = new ArrayList<>();
		List<Encounter> encounters = new ArrayList<>();
		List<Observation> observations = new ArrayList<>();
		int observed = visits.stream().mapToInt((visit) -> visit.observationIds().size()).sum();
		long[] micros = { this.draw.processingMicros(visits.size()), this.draw.processingMicros(visits.size()),
				this.draw.processingMicros(observed) };
		Instant patientsAt = this.at.minus(micros[1] + micros[2], ChronoUnit.MICROS);
		Instant encountersAt = this.at.minus(micros[2], ChronoUnit.MICROS);
		Instant start = patientsAt.minus(micros[0], ChronoUnit.MICROS);
		List<Redaction> redacted = redactions(visits, redactions, start, micros[0]);
		refusals(visits, start);
		boolean fails = this.draw.chance(this.badHour ? FAILING_IN_BAD_HOUR : FAILING);
		// In a bad hour the database turns every load away at once.
		int failsAt = !fails ? 3 : this.badHour ? 0 : (int) this.draw.number(0, 3);
		if (loads(0, failsAt, "patients", patientsAt, micros[0], visits.size())) {
			visits.forEach((visit) -> patients.add(patient(visit, patientsAt)));
		}
		if (loads(1, failsAt, "encounters", encountersAt, micros[1], visits.size())) {
			visits.forEach((visit) -> encounters.add(encounter(visit, encountersAt)));
		}
		if (loads(2, failsAt, "observations", this.at, micros[2], observed)) {
			visits.forEach((visit) -> visit.observationIds().forEach((id) -> observations.add(observation(visit, id))));
		}
		if (!fails) {
			asides(visits, redactions);
		}
		return new DemoBatch(this.at, redacted, patients, encounters, observations, this.auditEvents,
				fails ? List.of() : changes(visits));
	}

	private List<Redaction> redactions(List<DemoVisit> visits, int count, Instant start, long micros) {
		List<Redaction> redactions = new ArrayList<>();
		for (int i = 0; i < count; i++) {
			DemoVocabulary.Field field = this.draw.from(DemoVocabulary.FIELDS);
			int length = (int) this.draw.number(field.minLength(), field.maxLength() + 1);
			redactions.add(new Redaction(this.ids.next('l'), field.name(), this.draw.hash(),
					start.plus(this.draw.number(0, micros), ChronoUnit.MICROS), field.rule(),
					this.draw.chance(0.7) ? anyPatient(visits) : null, this.draw.chance(0.05) ? null : this.adapter,
					this.ingestionId, length));
		}
		return redactions;
	}

	private void refusals(List<DemoVisit> visits, Instant start) {
		long count = this.badHour ? this.draw.number(2, 5) : this.draw.chance(0.25) ? this.draw.number(1, 3) : 0;
		for (int i = 0; i < count; i++) {
			String type = this.draw.chance(0.6) ? "VALIDATION_ERROR" : "TRANSFORMATION_ERROR";
			String severity = this.draw
				.from(this.badHour ? DemoVocabulary.BAD_SEVERITIES : DemoVocabulary.REFUSAL_SEVERITIES);
			String details = "{\"field\": \"%s\"}".formatted(this.draw.from(DemoVocabulary.FIELDS).name());
			audit(type, start, anyPatient(visits), details, severity, this.draw.from(DemoVocabulary.TABLES), null);
		}
	}

	/**
	 * Whether this load happens and succeeds; the audit log is told unless it never
	 * happens.
	 */
	private boolean loads(int step, int failsAt, String table, Instant end, long micros, int rows) {
		if (step > failsAt) {
			return false;
		}
		boolean succeeds = step < failsAt;
		String details = String.format(Locale.ROOT,
				"{\"source_adapter\": \"%s\", \"processing_time_ms\": %.2f, \"processing_time_seconds\": %.4f}",
				this.adapter, micros / 1e3, micros / 1e6);
		audit("BULK_PERSISTENCE", end, null, details,
				succeeds ? anySeverity() : this.draw.from(DemoVocabulary.BAD_SEVERITIES), table, succeeds ? rows : 0);
		return succeeds;
	}

	private void asides(List<DemoVisit> visits, int redactions) {
		if (this.draw.chance(0.2)) {
			audit("PERSISTENCE", this.at, anyPatient(visits), null, anySeverity(), "patients", null);
		}
		if (this.draw.chance(0.15)) {
			audit("REDACTION", this.at, null, "{\"redacted_values\": %d}".formatted(redactions), anySeverity(), null,
					null);
		}
		if (this.draw.chance(0.005)) {
			audit("SCHEMA_CHANGE", this.at, null, "{}", "INFO", this.draw.from(DemoVocabulary.TABLES), null);
		}
	}

	private void audit(String type, Instant at, @Nullable String recordId, @Nullable String details,
			@Nullable String severity, @Nullable String table, @Nullable Integer rows) {
		this.auditEvents.add(new AuditEvent(this.ids.next('a'), type, at, recordId, details,
				this.draw.chance(0.05) ? null : this.adapter, severity, table, rows));
	}

	private Patient patient(DemoVisit visit, Instant at) {
		return new Patient(visit.patientId(), at, this.adapter, this.draw.hash());
	}

	private Encounter encounter(DemoVisit visit, Instant at) {
		return new Encounter(visit.encounterId(), visit.patientId(), visit.returning() ? "finished" : "in-progress",
				this.draw.from(DemoVocabulary.ENCOUNTER_CLASSES), at, this.adapter, this.draw.hash());
	}

	private Observation observation(DemoVisit visit, String id) {
		DemoVocabulary.Code code = this.draw.from(DemoVocabulary.CODES);
		return new Observation(id, visit.patientId(), visit.encounterId(), visit.returning() ? "final" : "preliminary",
				code.category(), code.code(), this.at, this.adapter, this.draw.hash());
	}

	private List<Change> changes(List<DemoVisit> visits) {
		List<Change> changes = new ArrayList<>();
		for (DemoVisit visit : visits) {
			if (visit.returning()) {
				changes.add(change("encounters", visit.encounterId(), "status", "in-progress", "finished", "UPDATE"));
				if (this.draw.chance(0.5)) {
					changes.add(new Change(this.ids.next('c'), "patients", visit.patientId(),
							this.draw.from(DemoVocabulary.FIELDS).name(), null, null, this.draw.hash(),
							this.draw.hash(), "UPDATE", this.at, this.ingestionId, this.adapter));
				}
			}
			else if (this.draw.chance(0.1)) {
				changes.add(change("encounters", visit.encounterId(), "status", null, "in-progress", "INSERT"));
			}
		}
		return changes;
	}

	private Change change(String table, String recordId, String field, @Nullable String before, @Nullable String after,
			String type) {
		return new Change(this.ids.next('c'), table, recordId, field, before, after, null, null, type, this.at,
				this.ingestionId, this.adapter);
	}

	private @Nullable String anySeverity() {
		return this.draw.chance(0.04) ? null : this.draw.chance(0.08) ? "WARNING" : "INFO";
	}

	private String anyPatient(List<DemoVisit> visits) {
		return visits.get((int) this.draw.number(0, visits.size())).patientId();
	}

}
