package io.datadialysis.realtime.database;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;
import org.springframework.core.task.TaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Asks the database whether it is there. One question at a time, its answer serves
 * everyone for a second, and nobody waits longer than two: a health check that many poll
 * must not pile up in front of a database that hangs.
 */
@Component
public class DatabaseProbe extends AbstractHealthIndicator {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseProbe.class);

	private static final Duration KEPT = Duration.ofSeconds(1);

	private static final Duration PATIENCE = Duration.ofSeconds(2);

	private final JdbcTemplate jdbc;

	private final TaskExecutor executor;

	/** Guarded by this. */
	private Question latest = new Question(new CompletableFuture<>(), System.nanoTime() - 2 * KEPT.toNanos());

	DatabaseProbe(JdbcTemplate jdbc, TaskExecutor applicationTaskExecutor) {
		super("The database did not answer");
		this.jdbc = jdbc;
		this.executor = applicationTaskExecutor;
		this.latest.answer().complete(Answer.NONE);
	}

	/** Asks now, or takes an answer that is at most a second old. */
	public Answer ask() {
		Question question = question();
		long left = PATIENCE.toNanos() - (System.nanoTime() - question.nanoTime());
		return question.answer().copy().completeOnTimeout(Answer.NONE, Math.max(0, left), TimeUnit.NANOSECONDS).join();
	}

	private synchronized Question question() {
		boolean isOld = System.nanoTime() - this.latest.nanoTime() > KEPT.toNanos();
		if (this.latest.answer().isDone() && isOld) {
			Question question = new Question(new CompletableFuture<>(), System.nanoTime());
			this.latest = question;
			this.executor.execute(() -> question.answer().complete(probe()));
		}
		return this.latest;
	}

	private Answer probe() {
		long start = System.nanoTime();
		try {
			this.jdbc.execute("SELECT 1");
			return new Answer(true, (System.nanoTime() - start) / 1_000_000.0);
		}
		catch (DataAccessException ex) {
			logger.debug("The database did not answer", ex);
			return Answer.NONE;
		}
	}

	/** The same for operators' health checks. */
	@Override
	protected void doHealthCheck(Health.Builder builder) {
		Answer answer = ask();
		builder.status(answer.connected() ? Status.UP : Status.DOWN);
	}

	/**
	 * A question to the database.
	 *
	 * @param answer what it says, when it does
	 * @param nanoTime when it was asked, on the monotonic clock
	 */
	private record Question(CompletableFuture<Answer> answer, long nanoTime) {

	}

	/**
	 * What the database said.
	 *
	 * @param connected whether it answered
	 * @param responseTimeMs how long it took, in milliseconds; null when it did not
	 * answer
	 */
	public record Answer(boolean connected, @Nullable Double responseTimeMs) {

		static final Answer NONE = new Answer(false, null);

	}

}
