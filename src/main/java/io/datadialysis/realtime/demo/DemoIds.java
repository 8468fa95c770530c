package io.datadialysis.realtime.demo;

import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of demo rows: {@code demo-}, a letter for the kind of row, the run, a number. The
 * run tells one start of one server from every other, so that none gives out an id twice,
 * even when the clock is frozen.
 */
final class DemoIds {

	/** What all ids of demo rows start with, and no others do. */
	static final String PREFIX = "demo-";

	private final String run;

	private final AtomicLong last = new AtomicLong();

	DemoIds(String run) {
		this.run = run;
	}

	/** Ids of a run of its own. */
	static DemoIds random() {
		return new DemoIds(Long.toString(new SecureRandom().nextLong(1L << 40), Character.MAX_RADIX));
	}

	String next(char kind) {
		return PREFIX + kind + "-" + this.run + "-" + Long.toString(this.last.incrementAndGet(), Character.MAX_RADIX);
	}

}
