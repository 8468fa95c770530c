package io.datadialysis.realtime.rollup;

/**
 * Pieces of the statements that read a window: whole buckets, what is queued up for them,
 * and rows at the ragged ends. Each statement is one database snapshot.
 */
final class RollupSql {

	/**
	 * The milliseconds of a step of the logarithmic scale, given {@code step}, {@code n}
	 * and the sum of its {@code milliseconds}: the middle of the step, off by less than 1
	 * %, or the value itself where it is the only one.
	 */
	static final String LATENCY_OF_STEP = """
			CASE WHEN n = 1 THEN milliseconds WHEN step = -100000 THEN 0
			     ELSE CAST(power(1.02::double precision, step) AS numeric) * 2.04 / 2.02 END""";

	/**
	 * Not 0 when buckets can't tell the loads of {@code part}: also while a batch that
	 * has gone waits in the queue, since peak, first and last are not found anew yet.
	 */
	static final String UNCOVERED_LOADS = """
			(SELECT count(*) FROM part WHERE level = -2)
			  + (SELECT count(*) FROM realtime.rollup_queue AS q CROSS JOIN part_span
			      WHERE q.id > 0 AND q.measure = 'load' AND q.sign < 0 AND q.second >= start AND q.second < stop)""";

	private RollupSql() {
	}

	/**
	 * The parts of a window, and the span from the first whole bucket to the last one, in
	 * which the queue counts.
	 * @param part the name of the common table expression; that of the span has
	 * {@code _span} added
	 */
	static String window(String part, String from, String to, String longest) {
		return """
				PART AS MATERIALIZED (SELECT * FROM realtime.rollup_cover(FROM_TIME, TO_TIME, LONGEST)),
				PART_span AS MATERIALIZED (SELECT min(start) AS start, max(stop) AS stop FROM PART WHERE level >= 0)
				""".replace("PART", part)
			.replace("FROM_TIME", from)
			.replace("TO_TIME", to)
			.replace("LONGEST", "CAST(" + longest + " AS smallint)");
	}

	/** Rows of {@code (at, event_type, severity, n)}. */
	static String auditEvents(String part) {
		return "SELECT at, name AS event_type, detail AS severity, n FROM (" + buckets(part, "audit_event")
				+ ") AS bucket" + " UNION ALL SELECT at, event_type, severity, 1 FROM ("
				+ rows(part, "audit_log", "event_timestamp", "event_type, severity") + ") AS row"
				+ " UNION ALL SELECT at, name, detail, sign FROM (" + queued(part, "audit_event", "name, detail")
				+ ") AS queued";
	}

	/** Rows of {@code (at, severity, n)} of the batches among the audit events. */
	static String batches(String part) {
		return "SELECT at, detail AS severity, n FROM (" + bucketsNamed(part, "audit_event", "BULK_PERSISTENCE")
				+ ") AS bucket" + " UNION ALL SELECT at, severity, 1 FROM ("
				+ rows(part, "audit_log", "event_timestamp", "event_type, severity")
				+ ") AS row WHERE event_type = 'BULK_PERSISTENCE' UNION ALL SELECT at, detail, sign FROM ("
				+ queued(part, "audit_event", "name, detail") + ") AS queued WHERE name = 'BULK_PERSISTENCE'";
	}

	/**
	 * Rows of {@code (at, kind, name, n)}, where the kind is {@code by_field},
	 * {@code by_rule} or {@code by_adapter} and the name may be null.
	 */
	static String redactions(String part) {
		return "SELECT at, 'by_field' AS kind, name, n FROM (" + buckets(part, "redaction_field") + ") AS b"
				+ " UNION ALL SELECT at, 'by_rule', name, n FROM (" + buckets(part, "redaction_rule") + ") AS b"
				+ " UNION ALL SELECT at, 'by_adapter', name, n FROM (" + buckets(part, "redaction_adapter") + ") AS b"
				+ " UNION ALL SELECT at, kind, CASE kind WHEN 'by_field' THEN field WHEN 'by_rule' THEN rule ELSE adapter END,"
				+ " n FROM (SELECT at, field, rule, adapter, n FROM (SELECT at, field_name AS field, rule_triggered AS rule,"
				+ " source_adapter AS adapter, 1 AS n FROM ("
				+ rows(part, "logs", "timestamp", "field_name, rule_triggered, source_adapter") + ") AS r UNION ALL"
				+ " SELECT at, name, detail, adapter, sign FROM (" + queued(part, "redaction", "name, detail, adapter")
				+ ") AS q) AS one) AS one CROSS JOIN (VALUES ('by_field'), ('by_rule'), ('by_adapter')) AS kinds (kind)";
	}

	/** Rows of {@code (at, name, n)} of one of these kinds. */
	static String redactions(String part, String kind) {
		boolean byField = kind.equals("by_field");
		boolean byRule = kind.equals("by_rule");
		String column = byField ? "field_name" : byRule ? "rule_triggered" : "source_adapter";
		String queued = byField ? "name" : byRule ? "detail" : "adapter";
		return "SELECT at, name, n FROM (" + buckets(part, kind.replace("by_", "redaction_"))
				+ ") AS b UNION ALL SELECT at, " + column + ", 1 FROM (" + rows(part, "logs", "timestamp", column)
				+ ") AS r UNION ALL SELECT at, " + queued + ", sign FROM (" + queued(part, "redaction", queued)
				+ ") AS q";
	}

	/** Rows of {@code (at, table_name, n)}. */
	static String records(String part) {
		StringBuilder sql = new StringBuilder("SELECT at, name AS table_name, n FROM (" + buckets(part, "record")
				+ ") AS bucket UNION ALL SELECT at, name, sign FROM (" + queued(part, "record", "name")
				+ ") AS queued");
		for (String table : new String[] { "patients", "encounters", "observations" }) {
			sql.append(" UNION ALL SELECT at, '" + table + "', 1 FROM (")
				.append(rows(part, table, "ingestion_timestamp", "1"))
				.append(") AS row");
		}
		return sql.toString();
	}

	/** Rows of {@code (at, records, seconds, peak, first_at, last_at)}. */
	static String loads(String part) {
		return "SELECT at, n AS records, total AS seconds, peak, first_at, last_at FROM (" + buckets(part, "load")
				+ ") AS bucket UNION ALL SELECT at, row_count, seconds, row_count / seconds, at, at FROM ("
				+ "SELECT at, row_count, realtime.timing_seconds(details) AS seconds FROM ("
				+ rows(part, "audit_log", "event_timestamp", "event_type, row_count, details") + ") AS row"
				+ " WHERE event_type = 'BULK_PERSISTENCE' AND row_count > 0) AS batch"
				+ " UNION ALL SELECT at, n, total, peak, first_at, last_at FROM (" + queuedSums(part, "load")
				+ ") AS queued";
	}

	/** Rows of {@code (at, step, n, milliseconds)}. */
	static String latencies(String part) {
		return "SELECT at, CAST(name AS integer) AS step, n, total AS milliseconds FROM (" + buckets(part, "latency")
				+ ") AS bucket UNION ALL SELECT at, CAST(realtime.latency_step(ms) AS integer), 1, ms FROM ("
				+ "SELECT at, realtime.timing_ms(details) AS ms FROM ("
				+ rows(part, "audit_log", "event_timestamp", "event_type, details") + ") AS row"
				+ " WHERE event_type = 'BULK_PERSISTENCE') AS batch WHERE ms IS NOT NULL"
				+ " UNION ALL SELECT at, CAST(name AS integer), n, total FROM (" + queuedSums(part, "latency")
				+ ") AS queued";
	}

	// OFFSET 0 keeps the planner from turning the nested loops over the few parts, each
	// an index scan, into a join that reads everything.

	private static String buckets(String part, String measure) {
		return bucketsWhere(part, "measure = '" + measure + "'");
	}

	private static String bucketsNamed(String part, String measure, String name) {
		return bucketsWhere(part, "measure = '" + measure + "' AND name = '" + name + "'");
	}

	private static String bucketsWhere(String part, String condition) {
		return "SELECT b.* FROM " + part + " AS p CROSS JOIN LATERAL (SELECT start AS at, name, detail, n, total, peak,"
				+ " first_at, last_at FROM realtime.rollup_bucket WHERE " + condition
				+ " AND level = p.level AND start >= p.start AND start < p.stop OFFSET 0) AS b";
	}

	private static String rows(String part, String table, String time, String columns) {
		return "SELECT r.* FROM " + part + " AS p CROSS JOIN LATERAL (SELECT " + time + " AS at, " + columns
				+ " FROM public." + table + " WHERE p.level = -1 AND " + time + " >= p.start AND " + time
				+ " < p.stop OFFSET 0) AS r";
	}

	// "id > 0", which always holds, has the queue read by its index: it is nearly empty,
	// but keeps free pages that a scan would read.

	private static String queued(String part, String measure, String columns) {
		return "SELECT moment.at, sign, " + columns
				+ " FROM realtime.rollup_queue AS q CROSS JOIN unnest(q.times) AS moment" + " (at) CROSS JOIN " + part
				+ "_span AS span WHERE q.id > 0 AND q.measure = '" + measure
				+ "' AND moment.at >= span.start AND moment.at < span.stop";
	}

	private static String queuedSums(String part, String measure) {
		return "SELECT q.second AS at, q.sign, q.name, q.n, q.total, q.peak, q.first_at, q.last_at"
				+ " FROM realtime.rollup_queue AS q CROSS JOIN " + part
				+ "_span AS span WHERE q.id > 0 AND q.measure = '" + measure
				+ "' AND q.second >= span.start AND q.second < span.stop";
	}

}
