package io.datadialysis.realtime.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Deletes demo rows that are a day older than the history goes back, so that a demo left
 * running does not fill the disk.
 */
final class DemoRetention {

	/**
	 * Rows deleted from a table in one transaction: more than are written in the
	 * meantime.
	 */
	private static final int CHUNK = 2_000;

	private final Duration kept;

	private final Clock clock;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transactions;

	DemoRetention(DemoProperties properties, Clock clock, JdbcTemplate jdbc, TransactionTemplate transactions) {
		this.kept = Duration.ofDays(properties.historyDays() + 1L);
		this.clock = clock;
		this.jdbc = jdbc;
		this.transactions = transactions;
	}

	/**
	 * Deletes a bounded number of rows.
	 * @return whether there may be more
	 */
	boolean deleteSome() {
		LocalDateTime before = LocalDateTime.ofInstant(this.clock.instant().minus(this.kept), ZoneOffset.UTC);
		return this.transactions.execute((status) -> {
			boolean more = delete("""
					DELETE FROM public.logs WHERE log_id IN (SELECT log_id FROM public.logs
					  WHERE timestamp < ? AND log_id LIKE 'demo-%' LIMIT ?)
					""", before);
			more |= delete("""
					DELETE FROM public.audit_log WHERE audit_id IN (SELECT audit_id FROM public.audit_log
					  WHERE event_timestamp < ? AND audit_id LIKE 'demo-%' LIMIT ?)
					""", before);
			more |= delete(
					"""
							DELETE FROM public.change_audit_log WHERE change_id IN (SELECT change_id FROM public.change_audit_log
							  WHERE changed_at < ? AND change_id LIKE 'demo-%' LIMIT ?)
							""",
					before);
			// Children first. What is left of them goes with the parent, and is as old: a
			// file that moves a child moves its parents too.
			more |= delete(
					"""
							DELETE FROM public.observations WHERE observation_id IN (SELECT observation_id FROM public.observations
							  WHERE ingestion_timestamp < ? AND observation_id LIKE 'demo-%' LIMIT ?)
							""",
					before);
			more |= delete("""
					DELETE FROM public.encounters WHERE encounter_id IN (SELECT encounter_id FROM public.encounters
					  WHERE ingestion_timestamp < ? AND encounter_id LIKE 'demo-%' LIMIT ?)
					""", before);
			more |= delete("""
					DELETE FROM public.patients WHERE patient_id IN (SELECT patient_id FROM public.patients
					  WHERE ingestion_timestamp < ? AND patient_id LIKE 'demo-%' LIMIT ?)
					""", before);
			return more;
		});
	}

	private boolean delete(String sql, LocalDateTime before) {
		return this.jdbc.update(sql, before, CHUNK) == CHUNK;
	}

}
