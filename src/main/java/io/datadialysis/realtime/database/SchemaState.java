package io.datadialysis.realtime.database;

/** How far the schema of the database is. */
public enum SchemaState {

	/** Not migrated yet: the database could not be reached so far. */
	PENDING,

	/** Migrated. */
	READY,

	/** The application's role may not create tables; it reads those that are there. */
	READ_ONLY,

	/**
	 * The migration failed for a reason that waiting may not mend; it is tried again, and
	 * the log says why.
	 */
	FAILED

}
