package io.datadialysis.realtime.snapshot;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToIntFunction;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.task.TaskExecutor;

/**
 * Numbers that nobody watches, computed because a request asks for them. However many ask
 * for the same, they are computed once and serve those who come within a second; so does
 * a failure. Requests may ask for anything and in any number, so they have few
 * connections to the database of their own, few may wait, and what nobody waits for any
 * more is not computed: those who watch are not held up by those who ask.
 *
 * @param <K> what can be asked for
 * @param <V> the answer
 */
final class RequestedNumbers<K, V> {

	private static final Logger logger = LoggerFactory.getLogger(RequestedNumbers.class);

	private static final Duration KEPT = Duration.ofSeconds(1);

	/** Nobody who asks waits for longer. */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private static final int PARALLEL = 2;

	private static final int MOST_WAITING = 50;

	/** Some tens of megabytes. */
	private static final long MOST_VALUES = 500_000;

	private final Semaphore permits = new Semaphore(PARALLEL, true);

	private final AtomicInteger underWay = new AtomicInteger();

	private final String name;

	private final Computation<K, V> computation;

	private final OutageMemory outage;

	private final AsyncCache<K, Answer<V>> kept;

	/** The problem that the log knows of. */
	private volatile @Nullable Problem logged;

	/**
	 * Describes what can be asked for.
	 * @param name what it is, for the log
	 * @param computation computes it
	 * @param values how many values an answer holds
	 * @param outage knows whether the database is out of reach
	 * @param executor gives the threads, as many as there are computations
	 */
	RequestedNumbers(String name, Computation<K, V> computation, ToIntFunction<V> values, OutageMemory outage,
			TaskExecutor executor) {
		this.name = name;
		this.computation = computation;
		this.outage = outage;
		this.kept = Caffeine.newBuilder()
			.expireAfterWrite(KEPT)
			.maximumWeight(MOST_VALUES)
			.weigher((K key, Answer<V> answer) -> (answer.value() != null) ? values.applyAsInt(answer.value()) : 1)
			.executor(executor)
			.buildAsync();
	}

	/**
	 * Answers one request.
	 * @param key what it asks for
	 * @return the answer
	 * @throws FeedUnavailableException when it can't be computed, or not in three seconds
	 */
	V get(K key) {
		Answer<V> answer;
		try {
			answer = this.kept.get(key, this::answer).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
		}
		catch (TimeoutException ex) {
			throw new FeedUnavailableException(Problem.DATABASE_SLOW);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new FeedUnavailableException(Problem.DATABASE_SLOW);
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex); // it is never completed that way
		}
		V value = answer.value();
		if (value == null) {
			throw new FeedUnavailableException((answer.problem() != null) ? answer.problem() : Problem.QUERY_FAILED);
		}
		return value;
	}

	private Answer<V> answer(K key) {
		if (this.underWay.incrementAndGet() > MOST_WAITING) {
			this.underWay.decrementAndGet();
			return new Answer<>(null, Problem.TOO_BUSY);
		}
		try {
			// Who has not got a permit by then has nobody left who waits for the answer.
			if (!this.permits.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				return new Answer<>(null, Problem.TOO_BUSY);
			}
			try {
				return compute(key);
			}
			finally {
				this.permits.release();
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return new Answer<>(null, Problem.TOO_BUSY);
		}
		finally {
			this.underWay.decrementAndGet();
		}
	}

	private Answer<V> compute(K key) {
		try {
			this.outage.check();
			V value = this.computation.compute(key);
			this.outage.over();
			if (this.logged != null) {
				logger.info("{} are computed again", this.name);
				this.logged = null;
			}
			return new Answer<>(value, null);
		}
		catch (ProblemException ex) {
			this.outage.failed(ex);
			log(ex.problem(), ProblemException.reason(ex));
			return new Answer<>(null, ex.problem());
		}
		catch (RuntimeException | Error ex) {
			// A bug of ours, or no memory: told like any other failure, and it stops
			// nothing else.
			logger.error("{} can't be computed", this.name, ex);
			return new Answer<>(null, Problem.QUERY_FAILED);
		}
	}

	/** Once for each reason, whatever is asked for. */
	private void log(Problem problem, String reason) {
		if (!problem.equals(this.logged)) {
			this.logged = problem;
			logger.warn("{} can't be computed, {}: {}", this.name, problem.type(), reason);
		}
	}

	/** Computes the answer to a request. */
	interface Computation<K, V> {

		V compute(K key) throws ProblemException;

	}

	/**
	 * What came of it: one of the two.
	 *
	 * @param value the answer
	 * @param problem why there is none
	 */
	private record Answer<V>(@Nullable V value, @Nullable Problem problem) {

	}

}
