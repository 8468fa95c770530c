package io.datadialysis.realtime.snapshot;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** One computation of a feed and range, from its beginning to its end. */
public final class Attempt {

	/**
	 * Nobody who asks waits longer than this for a computation, counted from its
	 * beginning.
	 */
	private static final Duration PATIENCE = Duration.ofSeconds(3);

	private final FeedSlot slot;

	private final long startNanoTime = System.nanoTime();

	private final CompletableFuture<Reading> result = new CompletableFuture<>();

	Attempt(FeedSlot slot) {
		this.slot = slot;
	}

	/**
	 * Whether it began before a moment on the monotonic clock, so that it may not know of
	 * what was changed by then.
	 */
	public boolean beganBefore(long nanoTime) {
		return this.startNanoTime - nanoTime < 0;
	}

	long startNanoTime() {
		return this.startNanoTime;
	}

	Duration age() {
		return Duration.ofNanos(System.nanoTime() - this.startNanoTime);
	}

	void complete(Reading reading) {
		this.result.complete(reading);
	}

	/** What it brings; when it takes too long, the last snapshot marked stale. */
	Reading await() {
		return endsWithin(PATIENCE.minus(age())) ? this.result.join() : this.slot.overdue(this);
	}

	/**
	 * Waits for the end.
	 * @param patience how long at most; nothing or less does not wait
	 * @return whether it has come to its end
	 */
	public boolean endsWithin(Duration patience) {
		try {
			this.result.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
			return true;
		}
		catch (TimeoutException ex) {
			return this.result.isDone();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return this.result.isDone();
		}
		catch (ExecutionException ex) {
			throw new IllegalStateException(ex); // it is never completed that way
		}
	}

	/**
	 * Hands on what it brings, now if it has come to its end, else then.
	 * @param receiver takes the reading
	 */
	public void whenEnded(Consumer<Reading> receiver) {
		this.result.thenAccept(receiver).exceptionally((ex) -> {
			Thread thread = Thread.currentThread();
			thread.getUncaughtExceptionHandler().uncaughtException(thread, ex);
			return null;
		});
	}

}
