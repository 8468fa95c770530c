package io.datadialysis.realtime.demo;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;

import io.datadialysis.realtime.demo.DemoBatch.AuditEvent;
import io.datadialysis.realtime.demo.DemoBatch.Change;
import io.datadialysis.realtime.demo.DemoBatch.Encounter;
import io.datadialysis.realtime.demo.DemoBatch.Observation;
import io.datadialysis.realtime.demo.DemoBatch.Patient;
import io.datadialysis.realtime.demo.DemoBatch.Redaction;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Writes batches as the real pipeline does: one statement per table for all its rows,
 * columns named, records upserted. The transaction is the caller's.
 */
final class DemoWriter {

	private final JdbcTemplate jdbc;

	DemoWriter(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	void write(DemoBatch batch) {
		writeRedactions(batch.redactions());
		writePatients(batch.patients());
		writeEncounters(batch.encounters());
		writeObservations(batch.observations());
		writeChanges(batch.changes());
		writeAuditEvents(batch.auditEvents());
	}

	private void writeRedactions(List<Redaction> rows) {
		insert(rows, """
				INSERT INTO public.logs (log_id, field_name, original_hash, timestamp, rule_triggered, record_id,
				  source_adapter, ingestion_id, redacted_value, original_value_length)
				SELECT log_id, field_name, original_hash, at, rule_triggered, record_id,
				  source_adapter, ingestion_id, '[REDACTED]', original_value_length
				FROM unnest(?::text[], ?::text[], ?::text[], ?::timestamp[], ?::text[], ?::text[], ?::text[], ?::text[],
				  ?::integer[])
				  AS r (log_id, field_name, original_hash, at, rule_triggered, record_id, source_adapter, ingestion_id,
				    original_value_length)
				""", texts(rows, Redaction::logId), texts(rows, Redaction::fieldName),
				texts(rows, Redaction::originalHash), times(rows, Redaction::timestamp),
				texts(rows, Redaction::ruleTriggered), texts(rows, Redaction::recordId),
				texts(rows, Redaction::sourceAdapter), texts(rows, Redaction::ingestionId),
				integers(rows, Redaction::originalValueLength));
	}

	private void writePatients(List<Patient> rows) {
		insert(rows, """
				INSERT INTO public.patients (patient_id, family_name, ingestion_timestamp, source_adapter,
				  transformation_hash)
				SELECT patient_id, '[REDACTED]', at, source_adapter, transformation_hash
				FROM unnest(?::text[], ?::timestamp[], ?::text[], ?::text[])
				  AS r (patient_id, at, source_adapter, transformation_hash)
				ON CONFLICT (patient_id) DO UPDATE SET ingestion_timestamp = EXCLUDED.ingestion_timestamp,
				  source_adapter = EXCLUDED.source_adapter, transformation_hash = EXCLUDED.transformation_hash
				""", texts(rows, Patient::patientId), times(rows, Patient::ingestionTimestamp),
				texts(rows, Patient::sourceAdapter), texts(rows, Patient::transformationHash));
	}

	private void writeEncounters(List<Encounter> rows) {
		insert(rows, """
				INSERT INTO public.encounters (encounter_id, patient_id, status, class_code, ingestion_timestamp,
				  source_adapter, transformation_hash)
				SELECT encounter_id, patient_id, status, class_code, at, source_adapter, transformation_hash
				FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::timestamp[], ?::text[], ?::text[])
				  AS r (encounter_id, patient_id, status, class_code, at, source_adapter, transformation_hash)
				ON CONFLICT (encounter_id) DO UPDATE SET status = EXCLUDED.status, class_code = EXCLUDED.class_code,
				  ingestion_timestamp = EXCLUDED.ingestion_timestamp, source_adapter = EXCLUDED.source_adapter,
				  transformation_hash = EXCLUDED.transformation_hash
				""", texts(rows, Encounter::encounterId), texts(rows, Encounter::patientId),
				texts(rows, Encounter::status), texts(rows, Encounter::classCode),
				times(rows, Encounter::ingestionTimestamp), texts(rows, Encounter::sourceAdapter),
				texts(rows, Encounter::transformationHash));
	}

	private void writeObservations(List<Observation> rows) {
		insert(rows, """
				INSERT INTO public.observations (observation_id, patient_id, encounter_id, status, category, code,
				  ingestion_timestamp, source_adapter, transformation_hash)
				SELECT observation_id, patient_id, encounter_id, status, category, code,
				  at, source_adapter, transformation_hash
				FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::timestamp[], ?::text[],
				  ?::text[])
				  AS r (observation_id, patient_id, encounter_id, status, category, code, at, source_adapter,
				    transformation_hash)
				ON CONFLICT (observation_id) DO UPDATE SET status = EXCLUDED.status, category = EXCLUDED.category,
				  code = EXCLUDED.code, ingestion_timestamp = EXCLUDED.ingestion_timestamp,
				  source_adapter = EXCLUDED.source_adapter, transformation_hash = EXCLUDED.transformation_hash
				""", texts(rows, Observation::observationId), texts(rows, Observation::patientId),
				texts(rows, Observation::encounterId), texts(rows, Observation::status),
				texts(rows, Observation::category), texts(rows, Observation::code),
				times(rows, Observation::ingestionTimestamp), texts(rows, Observation::sourceAdapter),
				texts(rows, Observation::transformationHash));
	}

	private void writeChanges(List<Change> rows) {
		insert(rows,
				"""
						INSERT INTO public.change_audit_log (change_id, table_name, record_id, field_name, old_value, new_value,
						  old_value_hash, new_value_hash, change_type, changed_at, ingestion_id, source_adapter, changed_by)
						SELECT change_id, table_name, record_id, field_name, old_value, new_value,
						  old_value_hash, new_value_hash, change_type, at, ingestion_id, source_adapter, 'demo'
						FROM unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
						  ?::text[], ?::timestamp[], ?::text[], ?::text[])
						  AS r (change_id, table_name, record_id, field_name, old_value, new_value, old_value_hash, new_value_hash,
						    change_type, at, ingestion_id, source_adapter)
						""",
				texts(rows, Change::changeId), texts(rows, Change::tableName), texts(rows, Change::recordId),
				texts(rows, Change::fieldName), texts(rows, Change::oldValue), texts(rows, Change::newValue),
				texts(rows, Change::oldValueHash), texts(rows, Change::newValueHash), texts(rows, Change::changeType),
				times(rows, Change::changedAt), texts(rows, Change::ingestionId), texts(rows, Change::sourceAdapter));
	}

	private void writeAuditEvents(List<AuditEvent> rows) {
		insert(rows, """
				INSERT INTO public.audit_log (audit_id, event_type, event_timestamp, record_id, details, source_adapter,
				  severity, table_name, row_count)
				SELECT audit_id, event_type, at, record_id, details::jsonb, source_adapter,
				  severity, table_name, row_count
				FROM unnest(?::text[], ?::text[], ?::timestamp[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
				  ?::integer[])
				  AS r (audit_id, event_type, at, record_id, details, source_adapter, severity, table_name, row_count)
				""", texts(rows, AuditEvent::auditId), texts(rows, AuditEvent::eventType),
				times(rows, AuditEvent::eventTimestamp), texts(rows, AuditEvent::recordId),
				texts(rows, AuditEvent::details), texts(rows, AuditEvent::sourceAdapter),
				texts(rows, AuditEvent::severity), texts(rows, AuditEvent::tableName),
				integers(rows, AuditEvent::rowCount));
	}

	private void insert(List<?> rows, String sql, Object... columns) {
		if (!rows.isEmpty()) {
			this.jdbc.update(sql, columns);
		}
	}

	private static <R> @Nullable String[] texts(List<R> rows, Function<R, @Nullable String> column) {
		var values = new @Nullable String[rows.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = column.apply(rows.get(i));
		}
		return values;
	}

	private static <R> @Nullable Integer[] integers(List<R> rows, Function<R, @Nullable Integer> column) {
		var values = new @Nullable Integer[rows.size()];
		for (int i = 0; i < values.length; i++) {
			values[i] = column.apply(rows.get(i));
		}
		return values;
	}

	/** Times in UTC as text: the driver knows no arrays of {@link LocalDateTime}. */
	private static <R> @Nullable String[] times(List<R> rows, Function<R, Instant> column) {
		return texts(rows, (row) -> LocalDateTime.ofInstant(column.apply(row), ZoneOffset.UTC).toString());
	}

}
