package io.datadialysis.realtime.rollup;

import java.time.Instant;

import org.jspecify.annotations.Nullable;

/**
 * Where the numbers come from.
 *
 * @param mode buckets or tables
 * @param coveredFrom while backfilling: the moment from which on everything is counted;
 * null before the first step and in the other modes
 * @param percent while backfilling: an estimate of how much is counted, from 0 to 99;
 * null in the other modes
 */
public record RollupStatus(Mode mode, @Nullable Instant coveredFrom, @Nullable Integer percent) {

	static RollupStatus of(Mode mode) {
		return new RollupStatus(mode, null, null);
	}

	/** Where the numbers come from. */
	public enum Mode {

		/** Nothing is known yet: the schema is not there, or was not looked at. */
		STARTING,

		/** From buckets. */
		LIVE,

		/** The newer ones from buckets, the others from the tables. */
		BACKFILLING,

		/** From the tables: the database role may not create triggers. */
		FULL_SCAN,

		/**
		 * From the tables, because buckets can't be kept up to date; the log says why.
		 */
		FAILING

	}

}
