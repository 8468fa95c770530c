package io.datadialysis.realtime.demo;

import java.time.Instant;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * All rows that the loading of one file leaves behind, by table. A row's components are
 * the columns of its table; times are whole microseconds, as the database keeps them.
 *
 * @param at when the load ended; no row is later
 */
record DemoBatch(Instant at, List<Redaction> redactions, List<Patient> patients, List<Encounter> encounters,
		List<Observation> observations, List<AuditEvent> auditEvents, List<Change> changes) {

	int size() {
		return this.redactions.size() + this.patients.size() + this.encounters.size() + this.observations.size()
				+ this.auditEvents.size() + this.changes.size();
	}

	/** A row of table logs. */
	record Redaction(String logId, String fieldName, String originalHash, Instant timestamp, String ruleTriggered,
			@Nullable String recordId, @Nullable String sourceAdapter, String ingestionId, int originalValueLength) {
	}

	/** A row of table patients: an id and nothing about anybody. */
	record Patient(String patientId, Instant ingestionTimestamp, String sourceAdapter, String transformationHash) {
	}

	/** A row of table encounters. */
	record Encounter(String encounterId, String patientId, String status, String classCode, Instant ingestionTimestamp,
			String sourceAdapter, String transformationHash) {
	}

	/** A row of table observations. */
	record Observation(String observationId, String patientId, String encounterId, String status, String category,
			String code, Instant ingestionTimestamp, String sourceAdapter, String transformationHash) {
	}

	/** A row of table audit_log; {@code details} is JSON. */
	record AuditEvent(String auditId, String eventType, Instant eventTimestamp, @Nullable String recordId,
			@Nullable String details, @Nullable String sourceAdapter, @Nullable String severity,
			@Nullable String tableName, @Nullable Integer rowCount) {
	}

	/** A row of table change_audit_log. */
	record Change(String changeId, String tableName, String recordId, String fieldName, @Nullable String oldValue,
			@Nullable String newValue, @Nullable String oldValueHash, @Nullable String newValueHash, String changeType,
			Instant changedAt, String ingestionId, String sourceAdapter) {
	}

}
