package io.datadialysis.realtime.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The days before the first start, written from now backwards, each in a transaction. How
 * far it has come is read from the rows themselves, so that a start that was cut short is
 * taken up by the next one, and nodes that start together share the work. Only what lies
 * before the first row is written: a time in which the server was off stays empty, and
 * where another pipeline has written, there is no history.
 */
final class DemoHistory {

	private static final Logger logger = LoggerFactory.getLogger(DemoHistory.class);

	private static final Duration DAY = Duration.ofDays(1);

	/**
	 * Longer than the longest quiet stretch, so that a quiet start is not taken for a
	 * missing one.
	 */
	private static final Duration LONGEST_QUIET = Duration.ofHours(12);

	private final int days;

	private final Clock clock;

	private final DemoGenerator generator;

	private final DemoWriter writer;

	private final JdbcTemplate jdbc;

	private final TransactionTemplate transactions;

	DemoHistory(DemoProperties properties, Clock clock, DemoGenerator generator, DemoWriter writer, JdbcTemplate jdbc,
			TransactionTemplate transactions) {
		this.days = properties.historyDays();
		this.clock = clock;
		this.generator = generator;
		this.writer = writer;
		this.jdbc = jdbc;
		this.transactions = transactions;
	}

	/**
	 * Writes the newest day that is missing.
	 * @return the number of rows written, 0 when nothing is missing
	 */
	int writeNextDay() {
		return this.transactions.execute((status) -> {
			// Held until the end of the transaction, so that no two nodes write the same
			// day.
			this.jdbc.execute("SELECT pg_advisory_xact_lock(hashtextextended('realtime.demo.history', 0))");
			Instant now = this.clock.instant();
			Instant first = now.minus(DAY.multipliedBy(this.days));
			Instant to = reachesBackTo(now, first);
			if (!first.plus(LONGEST_QUIET).isBefore(to)) {
				return 0;
			}
			Instant from = to.minus(DAY).isBefore(first) ? first : to.minus(DAY);
			List<DemoBatch> batches = this.generator.history(from, to);
			batches.forEach(this.writer::write);
			int rows = batches.stream().mapToInt(DemoBatch::size).sum();
			logger.debug("Wrote {} demo rows from {} to {}", rows, from, to);
			return rows;
		});
	}

	/** The moment before which rows are missing: that of the oldest one that is kept. */
	private Instant reachesBackTo(Instant now, Instant first) {
		if (Boolean.TRUE.equals(this.jdbc.queryForObject("""
				SELECT EXISTS (SELECT FROM public.audit_log WHERE audit_id NOT LIKE 'demo-%')
				""", Boolean.class))) {
			return first;
		}
		@Nullable LocalDateTime oldest = this.jdbc.queryForObject("""
				SELECT min(event_timestamp) FROM public.audit_log WHERE event_timestamp BETWEEN ? AND ?
				""", LocalDateTime.class, utc(first.minus(DAY)), utc(now));
		return (oldest != null) ? oldest.toInstant(ZoneOffset.UTC) : now;
	}

	private static LocalDateTime utc(Instant instant) {
		return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
	}

}
