package io.datadialysis.realtime.database;

/** Where the rows come from that the numbers are about. */
public enum DataOrigin {

	/** From the pipeline, or whoever writes to the tables. */
	PIPELINE,

	/** From the built-in demo pipeline, at least some of them: made up. */
	DEMO

}
