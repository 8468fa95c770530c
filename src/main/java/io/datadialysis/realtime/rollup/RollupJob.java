package io.datadialysis.realtime.rollup;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

import io.datadialysis.realtime.database.SchemaMigration;
import io.datadialysis.realtime.database.SchemaState;
import io.datadialysis.realtime.metrics.Feed;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.ApplicationEventPublisher;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Keeps the buckets up to date: looks for changes, several times a second, folds them and
 * tells of them. Installs the triggers where they are missing, counts what was there
 * before, drops what is kept no longer.
 */
@Component
public class RollupJob {

	private static final Logger logger = LoggerFactory.getLogger(RollupJob.class);

	private static final List<String> TABLES = List.of("audit_log", "logs", "patients", "encounters", "observations");

	private static final Duration TRIGGERS_CHECKED_EVERY = Duration.ofSeconds(1);

	private static final Duration RETENTION_EVERY = Duration.ofMinutes(1);

	private static final Duration RECLAIMED_EVERY = Duration.ofSeconds(1);

	private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

	/** A privilege that is missing is granted by a person, if at all. */
	private static final Duration RETRY_WITHOUT_PRIVILEGE_AFTER = Duration.ofMinutes(1);

	/**
	 * A failed step is followed by others that succeed; only a failure that lasts longer
	 * is told.
	 */
	private static final int FAILURES_IGNORED = 3;

	private static final Duration CATCH_UP_PATIENCE = Duration.ofSeconds(1);

	private static final int CATCH_UP_STEPS = 10;

	private static final String NOT_ALLOWED = "42501";

	private final SchemaMigration schema;

	private final TriggerInstaller triggers;

	private final QueueFold queue;

	private final QueueSpace space;

	private final Backfill backfill;

	private final Retention retention;

	private final ApplicationEventPublisher events;

	private final Clock clock;

	/** Held during a step. */
	private final ReentrantLock working = new ReentrantLock();

	private volatile RollupStatus status = RollupStatus.of(RollupStatus.Mode.STARTING);

	// All of these are guarded by "working"; times are on the monotonic clock.

	private @Nullable Long triggersChecked;

	private @Nullable Long retained;

	private @Nullable Long reclaimed;

	private boolean reserved;

	private boolean foldedSinceReclaimed;

	private @Nullable Long failed;

	private int failures;

	RollupJob(SchemaMigration schema, JdbcClient jdbc, QueueFold queue, QueueSpace space, Backfill backfill,
			Retention retention, RollupTransactions transactions, ApplicationEventPublisher events, Clock clock) {
		this.schema = schema;
		this.triggers = new TriggerInstaller(jdbc, transactions);
		this.queue = queue;
		this.space = space;
		this.backfill = backfill;
		this.retention = retention;
		this.events = events;
		this.clock = clock;
	}

	/** Where the numbers come from now. */
	public RollupStatus status() {
		return this.status;
	}

	@Scheduled(fixedDelayString = "${realtime.rollup.poll-interval}")
	void poll() {
		if (this.schema.state() == SchemaState.READ_ONLY) {
			this.status = RollupStatus.of(RollupStatus.Mode.FULL_SCAN);
		}
		if (this.schema.state() != SchemaState.READY || !isDue(this.failed, retryAfter())) {
			return;
		}
		this.working.lock();
		try {
			step();
			if (this.failures > FAILURES_IGNORED) {
				logger.info("The rollup is kept up to date again");
			}
			this.failures = 0;
			this.failed = null;
		}
		catch (DataAccessException | TransactionException ex) {
			failed(ex);
		}
		finally {
			this.working.unlock();
		}
	}

	private void step() {
		if (isDue(this.triggersChecked, TRIGGERS_CHECKED_EVERY)) {
			this.triggers.installMissing(TABLES);
			this.triggersChecked = System.nanoTime();
		}
		if (!this.reserved) {
			this.space.reserve();
			this.reserved = true;
		}
		if (isDue(this.retained, RETENTION_EVERY)) {
			this.retention.apply(this.clock.instant());
			this.retained = System.nanoTime();
		}
		tell(this.queue.fold());
		if (this.foldedSinceReclaimed && isDue(this.reclaimed, RECLAIMED_EVERY)) {
			this.space.reclaim();
			this.reclaimed = System.nanoTime();
			this.foldedSinceReclaimed = false;
		}
		Backfill.Coverage coverage = this.backfill.coverage(this.clock.instant());
		if (!coverage.isComplete()) {
			tell(this.backfill.step(this.clock.instant()));
			coverage = this.backfill.coverage(this.clock.instant());
			this.backfill.log(coverage);
		}
		this.status = coverage.isComplete() ? RollupStatus.of(RollupStatus.Mode.LIVE)
				: new RollupStatus(RollupStatus.Mode.BACKFILLING, coverage.fromInstant(), coverage.percent());
	}

	private void tell(Set<Source> folded) {
		Set<Feed> changed = EnumSet.noneOf(Feed.class);
		folded.forEach((source) -> changed.addAll(source.feeds()));
		if (!changed.isEmpty()) {
			this.foldedSinceReclaimed = true;
			this.events.publishEvent(new PipelineChanged(changed));
		}
	}

	/**
	 * Folds what waits now, for those whom buckets can't tell anything before: a batch
	 * that has gone, or a table that was emptied. Returns when that is done, or when the
	 * job is at something that takes long.
	 */
	void catchUp() {
		try {
			if (!this.working.tryLock(CATCH_UP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
				return;
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return;
		}
		try {
			Set<Source> folded = this.queue.fold();
			for (int steps = 1; !folded.isEmpty() && steps < CATCH_UP_STEPS; steps++) {
				tell(folded);
				folded = this.queue.fold();
			}
			tell(folded);
		}
		catch (DataAccessException | TransactionException ex) {
			// The job meets the same, and tells it; whoever asks reads the tables.
			logger.debug("Could not catch up", ex);
		}
		finally {
			this.working.unlock();
		}
	}

	private void failed(RuntimeException ex) {
		this.failed = System.nanoTime();
		this.failures++;
		if (NestedExceptionUtils.getMostSpecificCause(ex) instanceof SQLException sql
				&& NOT_ALLOWED.equals(sql.getSQLState())) {
			if (this.status.mode() != RollupStatus.Mode.FULL_SCAN) {
				logger.warn("The database role may not create triggers: every number is read from the tables ({})",
						sql.getMessage());
			}
			this.status = RollupStatus.of(RollupStatus.Mode.FULL_SCAN);
			return;
		}
		if (this.failures > FAILURES_IGNORED) {
			this.status = RollupStatus.of(RollupStatus.Mode.FAILING);
		}
		if (this.failures == FAILURES_IGNORED + 1) {
			logger.warn(
					"The rollup can't be kept up to date: {}. Trying again every second; the queue keeps what the"
							+ " pipeline writes meanwhile",
					String.valueOf(NestedExceptionUtils.getMostSpecificCause(ex).getMessage())
						.lines()
						.findFirst()
						.orElse(""));
		}
		logger.debug("A step of the rollup failed", ex);
	}

	private Duration retryAfter() {
		return (this.status.mode() == RollupStatus.Mode.FULL_SCAN) ? RETRY_WITHOUT_PRIVILEGE_AFTER : RETRY_AFTER;
	}

	private static boolean isDue(@Nullable Long since, Duration interval) {
		return since == null || System.nanoTime() - since >= interval.toNanos();
	}

}
