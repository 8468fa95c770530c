package io.datadialysis.realtime.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The pipeline of the demo: history, then a batch every interval, on a thread of its own.
 * Starts last and stops first (the default phase). Where the tables are missing or the
 * database is down it waits, up to 30 seconds between two attempts, and goes on with what
 * is then the present.
 */
class DemoPipeline implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(DemoPipeline.class);

	private static final Duration FIRST_RETRY = Duration.ofSeconds(1);

	private static final Duration LONGEST_RETRY = Duration.ofSeconds(30);

	private static final Duration RETENTION_INTERVAL = Duration.ofHours(1);

	/** How long stopping waits for the transaction at hand; most take far less. */
	private static final Duration STOP_TIMEOUT = Duration.ofSeconds(2);

	private final Duration batchInterval;

	private final Clock clock;

	private final DemoGenerator generator;

	private final DemoWriter writer;

	private final DemoHistory history;

	private final DemoRetention retention;

	private final TransactionTemplate transactions;

	private volatile @Nullable Run run;

	DemoPipeline(DemoProperties properties, Clock clock, DemoGenerator generator, DemoWriter writer,
			DemoHistory history, DemoRetention retention, TransactionTemplate transactions) {
		this.batchInterval = properties.batchInterval();
		this.clock = clock;
		this.generator = generator;
		this.writer = writer;
		this.history = history;
		this.retention = retention;
		this.transactions = transactions;
	}

	@Override
	public synchronized void start() {
		if (this.run == null) {
			Run started = new Run();
			this.run = started;
			started.thread.start();
		}
	}

	@Override
	public synchronized void stop() {
		Run stopped = this.run;
		this.run = null;
		if (stopped != null) {
			stopped.end();
		}
	}

	@Override
	public boolean isRunning() {
		return this.run != null;
	}

	/** From one start to the stop after it. All but the latch belongs to the thread. */
	private final class Run implements Runnable {

		private final CountDownLatch stopping = new CountDownLatch(1);

		// A platform thread: interrupting a virtual one closes the socket that it reads.
		private final Thread thread = Thread.ofPlatform().daemon().name("demo-pipeline").unstarted(this);

		private boolean historyWritten;

		private int historyRows;

		private Instant retentionDue = Instant.MIN;

		/** The latest pause before trying again, null while all goes well. */
		private @Nullable Duration retry;

		/** Why, so that each reason is logged once, not at every attempt. */
		private @Nullable String lastReason;

		@Override
		public void run() {
			try {
				Duration pause = Duration.ZERO;
				while (!this.stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
					pause = attempt();
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		void end() {
			this.stopping.countDown();
			try {
				if (!this.thread.join(STOP_TIMEOUT)) {
					logger.warn("The demo pipeline waits for the database and is left behind");
				}
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		}

		/**
		 * Does the next piece of work, and says how long to wait before the one after it.
		 */
		private Duration attempt() {
			try {
				Duration pause = proceed();
				if (this.retry != null) {
					logger.info("The demo pipeline writes again");
					this.retry = null;
					this.lastReason = null;
				}
				return pause;
			}
			// Whatever it is, a demo must not take more with it than itself.
			catch (RuntimeException ex) {
				return failed(ex);
			}
		}

		private Duration proceed() {
			if (!this.historyWritten) {
				int rows = DemoPipeline.this.history.writeNextDay();
				this.historyRows += rows;
				if (rows > 0) {
					return Duration.ZERO;
				}
				this.historyWritten = true;
				if (this.historyRows > 0) {
					logger.info("Demo data: {} rows of history written", this.historyRows);
				}
				logger.info("Demo data: from now on a file every {} ms", DemoPipeline.this.batchInterval.toMillis());
			}
			Instant now = DemoPipeline.this.clock.instant();
			DemoBatch batch = DemoPipeline.this.generator.live(now);
			DemoPipeline.this.transactions.executeWithoutResult((status) -> DemoPipeline.this.writer.write(batch));
			if (!now.isBefore(this.retentionDue) && !DemoPipeline.this.retention.deleteSome()) {
				this.retentionDue = now.plus(RETENTION_INTERVAL);
			}
			return DemoPipeline.this.batchInterval;
		}

		private Duration failed(RuntimeException ex) {
			if (this.stopping.getCount() == 0) {
				logger.debug("The demo pipeline was stopped in the middle of a transaction", ex);
				return Duration.ZERO;
			}
			Duration pause = (this.retry != null) ? this.retry.multipliedBy(2) : FIRST_RETRY;
			this.retry = (pause.compareTo(LONGEST_RETRY) < 0) ? pause : LONGEST_RETRY;
			String reason = reason(ex);
			if (!reason.equals(this.lastReason)) {
				logger.warn("The demo pipeline can't write and tries again from time to time: {}", reason);
				this.lastReason = reason;
			}
			logger.debug("The demo pipeline tries again in {}", this.retry, ex);
			return this.retry;
		}

		private static String reason(RuntimeException ex) {
			Throwable cause = NestedExceptionUtils.getMostSpecificCause(ex);
			// The first line: the driver adds the position in the statement.
			String message = (cause.getMessage() != null) ? cause.getMessage() : cause.toString();
			return message.lines().findFirst().orElse("");
		}

	}

}
