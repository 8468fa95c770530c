package io.datadialysis.realtime.database;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Asks the database whether it is there. One question at a time, and its answer serves
 * everyone for a second: a health check that many poll must not pile up in front of a
 * database that hangs.
 */
@Component
public class DatabaseProbe {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseProbe.class);

	private static final Duration KEPT = Duration.ofSeconds(1);

	private final JdbcTemplate jdbc;

	private final ReentrantLock asking = new ReentrantLock();

	private volatile @Nullable Answer answer;

	DatabaseProbe(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	/** Asks now, or takes an answer that is at most a second old. */
	public Answer ask() {
		Answer kept = this.answer;
		if (kept != null && kept.isYoung()) {
			return kept;
		}
		this.asking.lock();
		try {
			kept = this.answer;
			if (kept == null || !kept.isYoung()) {
				kept = probe();
				this.answer = kept;
			}
			return kept;
		}
		finally {
			this.asking.unlock();
		}
	}

	private Answer probe() {
		long start = System.nanoTime();
		try {
			this.jdbc.execute("SELECT 1");
			long end = System.nanoTime();
			return new Answer(true, (end - start) / 1_000_000.0, end);
		}
		catch (DataAccessException ex) {
			logger.debug("The database did not answer", ex);
			return new Answer(false, null, System.nanoTime());
		}
	}

	/**
	 * What the database said.
	 *
	 * @param connected whether it answered
	 * @param responseTimeMs how long it took, in milliseconds; null when it did not
	 * answer
	 * @param nanoTime when, on the monotonic clock
	 */
	public record Answer(boolean connected, @Nullable Double responseTimeMs, long nanoTime) {

		private boolean isYoung() {
			return System.nanoTime() - this.nanoTime < KEPT.toNanos();
		}

	}

}
