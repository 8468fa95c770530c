package io.datadialysis.realtime.rollup;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Moves what the triggers have queued up into the buckets. */
@Component
class QueueFold {

	/**
	 * How many rows of the queue are folded at a time. A step of this size takes some
	 * tens of milliseconds.
	 */
	static final int STEP = 2000;

	private static final String FOLD = BucketUpsert.sql(
			"""
					taken AS (
					  DELETE FROM realtime.rollup_queue
					   WHERE id <= (SELECT max(id) FROM (SELECT id FROM realtime.rollup_queue ORDER BY id LIMIT :step) AS oldest)
					  RETURNING *
					), counted AS (
					  SELECT measure, date_bin('1 second', at, TIMESTAMP '2000-01-01') AS second, name, detail, adapter,
					         sum(sign) AS n
					    FROM taken CROSS JOIN unnest(times) AS moment (at)
					   GROUP BY 1, 2, 3, 4, 5
					), all_changes (measure, second, name, detail, n, total, peak, first_at, last_at) AS (
					  SELECT measure, second, name, detail, n, CAST(NULL AS numeric), CAST(NULL AS numeric),
					         CAST(NULL AS timestamp), CAST(NULL AS timestamp)
					    FROM counted WHERE measure <> 'redaction' AND n <> 0
					  UNION ALL
					  SELECT kind.measure, second,
					         CASE kind.measure WHEN 'redaction_field' THEN name WHEN 'redaction_rule' THEN detail ELSE adapter END,
					         NULL, n, NULL, NULL, NULL, NULL
					    FROM counted
					         CROSS JOIN (VALUES (CAST('redaction_field' AS realtime.measure)), ('redaction_rule'),
					                            ('redaction_adapter')) AS kind (measure)
					   WHERE counted.measure = 'redaction' AND n <> 0
					  UNION ALL
					  SELECT measure, second, name, NULL, n, total, peak, first_at, last_at FROM taken WHERE times IS NULL
					), changes AS (
					  SELECT * FROM all_changes WHERE second >= (SELECT covered_from FROM realtime.rollup_state)
					)
					""",
			"""
					SELECT CAST(measure AS text) AS measure,
					       CAST(array_agg(second) FILTER (WHERE measure = 'load' AND sign < 0) AS text) AS removed
					  FROM taken GROUP BY measure
					""");

	/**
	 * A bucket ends with its last microsecond here, because the one after it can be more
	 * than a timestamp holds. A day is 24 hours for the same reason: of a day less a
	 * microsecond, the day would be added first.
	 */
	private static final String FIND_EXTREMES = """
			UPDATE realtime.rollup_bucket AS bucket
			   SET peak = found.peak, first_at = found.first_at, last_at = found.last_at
			  FROM (SELECT DISTINCT level, date_bin(length, second, TIMESTAMP '2000-01-01') AS start, length
			          FROM unnest(CAST(:removed AS timestamp[])) AS removed (second)
			               CROSS JOIN (VALUES (0, interval '1 second'), (1, '1 minute'), (2, '1 hour'), (3, '24 hours'))
			                 AS unit (level, length)) AS touched
			       CROSS JOIN LATERAL (
			         SELECT max(row_count / realtime.timing_seconds(details)) AS peak, min(event_timestamp) AS first_at,
			                max(event_timestamp) AS last_at
			           FROM public.audit_log
			          WHERE event_type = 'BULK_PERSISTENCE' AND row_count > 0
			            AND event_timestamp >= touched.start
			            AND event_timestamp <= touched.start + (touched.length - interval '1 microsecond')) AS found
			 WHERE bucket.measure = 'load' AND bucket.level = touched.level AND bucket.start = touched.start
			""";

	/** The measures that come from each table. */
	private static final String OF_TABLE = """
			(CASE name WHEN 'audit_log' THEN measure IN ('audit_event', 'load', 'latency')
			           WHEN 'logs' THEN measure IN ('redaction', 'redaction_field', 'redaction_rule', 'redaction_adapter')
			           ELSE measure = 'record' AND %s.name = truncated.name END)
			"""
		.replace("CASE name", "CASE truncated.name");

	private static final String FORGET_BUCKETS = """
			DELETE FROM realtime.rollup_bucket AS bucket USING realtime.rollup_queue AS truncated
			 WHERE truncated.measure IS NULL AND\s"""
			+ OF_TABLE.formatted("bucket").replace("measure", "bucket.measure");

	private static final String FORGET_QUEUED = """
			DELETE FROM realtime.rollup_queue AS queued USING realtime.rollup_queue AS truncated
			 WHERE truncated.measure IS NULL AND queued.id < truncated.id AND\s"""
			+ OF_TABLE.formatted("queued").replace("measure", "queued.measure");

	private final JdbcClient jdbc;

	private final RollupTransactions transactions;

	QueueFold(JdbcClient jdbc, RollupTransactions transactions) {
		this.jdbc = jdbc;
		this.transactions = transactions;
	}

	/**
	 * Folds the oldest part of the queue.
	 * @return what has changed; nothing when the queue was empty or another server is at
	 * it
	 */
	Set<Source> fold() {
		// Asked first, because a lock is a write: an idle pipeline costs a look and no
		// more.
		boolean isEmpty = this.jdbc.sql("SELECT NOT EXISTS (SELECT FROM realtime.rollup_queue WHERE id > 0)")
			.query(Boolean.class)
			.single();
		Set<Source> changed = isEmpty ? null : this.transactions.run(() -> foldWithin(STEP));
		return (changed != null) ? changed : EnumSet.noneOf(Source.class);
	}

	/**
	 * The same, of at most this many rows of the queue, within the caller's transaction.
	 */
	Set<Source> foldWithin(int step) {
		Set<Source> changed = forgetTruncated();
		List<Folded> folded = this.jdbc.sql(FOLD)
			.param("step", step)
			.query((row, index) -> new Folded(Source.ofMeasure(row.getString("measure")), row.getString("removed")))
			.list();
		for (Folded part : folded) {
			changed.add(part.source());
			if (part.removed() != null) {
				this.jdbc.sql(FIND_EXTREMES).param("removed", part.removed()).update();
			}
		}
		return changed;
	}

	/** What a truncated table held is void, and so is all that was queued up before. */
	private Set<Source> forgetTruncated() {
		Set<Source> truncated = EnumSet.noneOf(Source.class);
		this.jdbc.sql("SELECT DISTINCT name FROM realtime.rollup_queue WHERE measure IS NULL")
			.query(String.class)
			.list()
			.forEach((table) -> truncated.add(Source.ofTable(table)));
		if (!truncated.isEmpty()) {
			this.jdbc.sql(FORGET_BUCKETS).update();
			this.jdbc.sql(FORGET_QUEUED).update();
			this.jdbc.sql("DELETE FROM realtime.rollup_queue WHERE measure IS NULL").update();
		}
		return truncated;
	}

	/**
	 * What was folded of one measure.
	 *
	 * @param source where it came from
	 * @param removed the seconds whose peak, first and last have to be found anew, as
	 * PostgreSQL writes an array; null when there are none
	 */
	private record Folded(Source source, @Nullable String removed) {

	}

}
