package io.datadialysis.realtime.broadcast;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Spaces out the pushes of one feed and range. The first change is pushed at once; those
 * that come within a quarter of a second are pushed together at its end.
 */
final class PushThrottle {

	private static final long SPACING_NANOS = Duration.ofMillis(250).toNanos();

	// All guarded by this, on the monotonic clock.

	private long lastNanoTime = System.nanoTime() - SPACING_NANOS;

	/** The newest change that the next push has to know of. */
	private long changedNanoTime;

	private boolean waiting;

	/**
	 * Asks for a push.
	 * @param changed when the change was found
	 * @return after how long to push; null when a push waits already that will know of it
	 */
	synchronized @Nullable Duration enter(long changed) {
		if (this.waiting) {
			this.changedNanoTime = Math.max(this.changedNanoTime, changed);
			return null;
		}
		this.waiting = true;
		this.changedNanoTime = changed;
		return Duration.ofNanos(Math.max(0, this.lastNanoTime + SPACING_NANOS - System.nanoTime()));
	}

	/** Begins the push; returns what it has to know of. */
	synchronized long leave() {
		this.waiting = false;
		this.lastNanoTime = System.nanoTime();
		return this.changedNanoTime;
	}

}
