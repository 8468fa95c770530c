package io.datadialysis.realtime.rollup;

import java.util.EnumSet;
import java.util.Set;

import io.datadialysis.realtime.metrics.Feed;

/** What kind of table numbers come from. */
enum Source {

	/** {@code audit_log}. */
	AUDIT,

	/** {@code logs}. */
	REDACTIONS,

	/** {@code patients}, {@code encounters} and {@code observations}. */
	RECORDS;

	/** The feeds that show it. */
	Set<Feed> feeds() {
		return switch (this) {
			case AUDIT -> EnumSet.allOf(Feed.class);
			case REDACTIONS -> EnumSet.of(Feed.OVERVIEW, Feed.SECURITY);
			case RECORDS -> EnumSet.of(Feed.OVERVIEW);
		};
	}

	static Source ofMeasure(String measure) {
		return switch (measure) {
			case "audit_event", "load", "latency" -> AUDIT;
			case "redaction" -> REDACTIONS;
			case "record" -> RECORDS;
			default -> throw new IllegalArgumentException("No measure of the queue: " + measure);
		};
	}

	static Source ofTable(String table) {
		return switch (table) {
			case "audit_log" -> AUDIT;
			case "logs" -> REDACTIONS;
			default -> RECORDS;
		};
	}

}
