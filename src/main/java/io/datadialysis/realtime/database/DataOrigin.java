package io.datadialysis.realtime.database;

/**
 * Where the rows come from. A bean of this type says otherwise than {@link #PIPELINE}.
 */
public enum DataOrigin {

	/** From the pipeline, or whoever writes to the tables. */
	PIPELINE,

	/** From the built-in demo pipeline: made up. */
	DEMO

}
