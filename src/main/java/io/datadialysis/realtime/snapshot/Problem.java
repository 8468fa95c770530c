package io.datadialysis.realtime.snapshot;

/**
 * Why a feed could not be computed, in words for people.
 *
 * @param type the kind in one word, for programs
 * @param sentence a sentence without internals
 * @param databaseGone whether the database can't be reached at all, so that asking again
 * at once is of no use
 */
public record Problem(String type, String sentence, boolean databaseGone) {

	/**
	 * The name of the header by which a message on its way to the broker carries the
	 * problem that it tells.
	 */
	public static final String HEADER = "snapshotProblem";

	static final Problem DATABASE_UNAVAILABLE = new Problem("database_unavailable", "The database can't be reached.",
			true);

	static final Problem DATABASE_SLOW = new Problem("database_slow", "The database takes too long to answer.", false);

	static final Problem TABLES_MISSING = new Problem("tables_missing", "The pipeline's tables can't be read. They are"
			+ " created at the pipeline's first start, or by an administrator.", false);

	static final Problem TOO_BUSY = new Problem("too_busy", "Too much is being asked at once; try again in a moment.",
			false);

	static final Problem QUERY_FAILED = new Problem("query_failed",
			"The numbers could not be computed; the server's log says why.", false);

}
