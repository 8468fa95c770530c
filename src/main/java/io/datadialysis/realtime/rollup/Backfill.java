package io.datadialysis.realtime.rollup;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Counts the rows that were in the tables before the triggers were: from the newest
 * backwards, a stretch of time to a transaction. What is counted is noted in the same
 * transaction, so it goes on there after a restart.
 */
@Component
class Backfill {

	private static final Logger logger = LoggerFactory.getLogger(Backfill.class);

	/** A step that takes longer than this is followed by a shorter one. */
	private static final Duration LONG_STEP = Duration.ofMillis(500);

	private static final int MOST_HOURS = 24 * 30;

	private static final Duration PROGRESS_LOGGED_EVERY = Duration.ofSeconds(5);

	private static final Duration FIRST_PROGRESS_LOGGED_AFTER = Duration.ofMillis(500);

	/**
	 * The bounds are subqueries, not joined: then the planner takes the rows between them
	 * for few, and reads them by the index on the time.
	 */
	private static final String COUNT = BucketUpsert.sql(
			"""
					stretch AS MATERIALIZED (
					  SELECT CAST(:from AS timestamp) AS start, covered_from AS stop FROM realtime.rollup_state
					), batch AS (
					  SELECT date_bin('1 second', event_timestamp, TIMESTAMP '2000-01-01') AS second, event_timestamp, row_count,
					         details
					    FROM public.audit_log
					   WHERE event_timestamp >= (SELECT start FROM stretch) AND event_timestamp < (SELECT stop FROM stretch)
					     AND event_type = 'BULK_PERSISTENCE' AND isfinite(event_timestamp)
					), redaction AS MATERIALIZED (
					  SELECT date_bin('1 second', timestamp, TIMESTAMP '2000-01-01') AS second, field_name, rule_triggered,
					         source_adapter, count(*) AS n
					    FROM public.logs
					   WHERE timestamp >= (SELECT start FROM stretch) AND timestamp < (SELECT stop FROM stretch)
					     AND isfinite(timestamp)
					   GROUP BY 1, 2, 3, 4
					), record AS (
					  SELECT 'patients' AS name, ingestion_timestamp AS at FROM public.patients
					  UNION ALL SELECT 'encounters', ingestion_timestamp FROM public.encounters
					  UNION ALL SELECT 'observations', ingestion_timestamp FROM public.observations
					), changes (measure, second, name, detail, n, total, peak, first_at, last_at) AS (
					  SELECT CAST('audit_event' AS realtime.measure),
					         date_bin('1 second', event_timestamp, TIMESTAMP '2000-01-01') AS second, event_type, severity, count(*),
					         CAST(NULL AS numeric), CAST(NULL AS numeric), CAST(NULL AS timestamp), CAST(NULL AS timestamp)
					    FROM public.audit_log
					   WHERE event_timestamp >= (SELECT start FROM stretch) AND event_timestamp < (SELECT stop FROM stretch)
					     AND isfinite(event_timestamp)
					   GROUP BY 2, 3, 4
					  UNION ALL
					  SELECT 'load', second, NULL, NULL, sum(row_count), sum(realtime.timing_seconds(details)),
					         max(row_count / realtime.timing_seconds(details)), min(event_timestamp), max(event_timestamp)
					    FROM batch WHERE row_count > 0 GROUP BY second
					  UNION ALL
					  SELECT 'latency', second, realtime.latency_step(realtime.timing_ms(details)), NULL, count(*),
					         sum(realtime.timing_ms(details)), NULL, NULL, NULL
					    FROM batch WHERE realtime.timing_ms(details) IS NOT NULL GROUP BY 2, 3
					  UNION ALL
					  SELECT 'redaction_field', second, field_name, NULL, n, NULL, NULL, NULL, NULL FROM redaction
					  UNION ALL
					  SELECT 'redaction_rule', second, rule_triggered, NULL, n, NULL, NULL, NULL, NULL FROM redaction
					  UNION ALL
					  SELECT 'redaction_adapter', second, source_adapter, NULL, n, NULL, NULL, NULL, NULL FROM redaction
					  UNION ALL
					  SELECT 'record', date_bin('1 second', at, TIMESTAMP '2000-01-01') AS second, name, NULL, count(*), NULL, NULL,
					         NULL, NULL
					    FROM record
					   WHERE at >= (SELECT start FROM stretch) AND at < (SELECT stop FROM stretch) AND isfinite(at)
					   GROUP BY 2, 3
					)
					""",
			"SELECT 1");

	/**
	 * The beginning of the stretch that comes next: the hour of the newest row that is
	 * not counted yet, and some hours before. Nobody watches times before our era; they
	 * are taken in one piece.
	 */
	private static final String NEXT = """
			WITH newest AS (
			  SELECT max(at) AS at FROM (
			    SELECT max(event_timestamp) AS at FROM public.audit_log WHERE event_timestamp < :before
			    UNION ALL SELECT max(timestamp) FROM public.logs WHERE timestamp < :before
			    UNION ALL SELECT max(ingestion_timestamp) FROM public.patients WHERE ingestion_timestamp < :before
			    UNION ALL SELECT max(ingestion_timestamp) FROM public.encounters WHERE ingestion_timestamp < :before
			    UNION ALL SELECT max(ingestion_timestamp) FROM public.observations WHERE ingestion_timestamp < :before
			  ) AS each
			)
			SELECT CASE WHEN at > TIMESTAMP '0002-01-01' THEN date_bin('1 hour', at, TIMESTAMP '2000-01-01')
			                                               - (:hours - 1) * interval '1 hour'
			            ELSE TIMESTAMP '-infinity' END
			  FROM newest
			""".replace(":before", "(SELECT covered_from FROM realtime.rollup_state)");

	private final JdbcClient jdbc;

	private final RollupTransactions transactions;

	private final QueueFold queue;

	// Touched by the one thread that works on the rollup.

	private int hours = 1;

	private boolean begun;

	private long loggedNanoTime;

	Backfill(JdbcClient jdbc, RollupTransactions transactions, QueueFold queue) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.queue = queue;
	}

	/**
	 * Counts one more stretch.
	 * @param now the present: the first stretch holds its hour and all that is dated
	 * later
	 * @return what was folded on the way
	 */
	Set<Source> step(Instant now) {
		long start = System.nanoTime();
		Set<Source> folded = this.transactions.run(() -> {
			Coverage before = coverage(now);
			Set<Source> changed = EnumSet.noneOf(Source.class);
			if (!before.isComplete()) {
				// What is queued up and belongs into the stretch is among its rows.
				changed.addAll(this.queue.foldWithin(Integer.MAX_VALUE));
				String from = next(before, now);
				this.jdbc.sql(COUNT).param("from", from).query(Integer.class).list();
				this.jdbc.sql("UPDATE realtime.rollup_state SET covered_from = CAST(:from AS timestamp)")
					.param("from", from)
					.update();
			}
			return changed;
		});
		adapt(Duration.ofNanos(System.nanoTime() - start));
		return (folded != null) ? folded : EnumSet.noneOf(Source.class);
	}

	private String next(Coverage before, Instant now) {
		if (before.isEmpty()) {
			return LocalDateTime.ofInstant(now, ZoneOffset.UTC).withMinute(0).withSecond(0).withNano(0).toString();
		}
		return this.jdbc.sql("SELECT CAST((" + NEXT + ") AS text)")
			.param("hours", this.hours)
			.query(String.class)
			.single();
	}

	private void adapt(Duration took) {
		if (took.compareTo(LONG_STEP) > 0) {
			this.hours = Math.max(1, this.hours / 2);
		}
		else if (took.compareTo(LONG_STEP.dividedBy(3)) < 0) {
			this.hours = Math.min(MOST_HOURS, this.hours * 2);
		}
	}

	/** Tells how far it is, now and then; nothing of what is done in a moment. */
	void log(Coverage coverage) {
		long now = System.nanoTime();
		if (coverage.isComplete()) {
			logger.info("All rows are counted; every number comes from the rollup now");
			this.begun = false;
		}
		else if (!this.begun) {
			this.begun = true;
			this.loggedNanoTime = now - PROGRESS_LOGGED_EVERY.minus(FIRST_PROGRESS_LOGGED_AFTER).toNanos();
		}
		else if (now - this.loggedNanoTime > PROGRESS_LOGGED_EVERY.toNanos()) {
			logger.info("Counting the rows that were there before: {} % done, back to {}; meanwhile longer ranges are"
					+ " read from the tables, which is slower", coverage.percent(), coverage.from());
			this.loggedNanoTime = now;
		}
	}

	/** How much is counted. */
	Coverage coverage(Instant now) {
		return this.jdbc
			.sql("""
					SELECT CAST(covered_from AS text) AS covered_from,
					       CASE WHEN NOT isfinite(covered_from) THEN 0
					            ELSE 100 * extract(epoch FROM :now - covered_from)
					                 / greatest(1, extract(epoch FROM :now - least(
					                     (SELECT min(event_timestamp) FROM public.audit_log WHERE event_timestamp > '0002-01-01'),
					                     (SELECT min(timestamp) FROM public.logs WHERE timestamp > '0002-01-01')))) END AS percent
					  FROM realtime.rollup_state
					""")
			.param("now", LocalDateTime.ofInstant(now, ZoneOffset.UTC))
			.query((row, index) -> new Coverage(Objects.requireNonNull(row.getString("covered_from")),
					Math.clamp((long) row.getDouble("percent"), 0, 99)))
			.single();
	}

	/**
	 * How much is counted.
	 *
	 * @param from the moment from which on everything is, as PostgreSQL writes it
	 * @param percent an estimate by time, up to 99 until it is complete
	 */
	record Coverage(String from, int percent) {

		private static final String NOTHING = "infinity";

		private static final String EVERYTHING = "-infinity";

		boolean isEmpty() {
			return this.from.equals(NOTHING);
		}

		boolean isComplete() {
			return this.from.equals(EVERYTHING);
		}

		/** The moment, with a Z; null while nothing or when everything is counted. */
		@Nullable Instant fromInstant() {
			return (isEmpty() || isComplete()) ? null
					: LocalDateTime.parse(this.from.replace(' ', 'T')).toInstant(ZoneOffset.UTC);
		}

	}

}
