package io.datadialysis.realtime.database;

/** Says where the rows come from that the numbers are about. */
public interface RowsOrigin {

	/** The origin as far as it is known now. */
	DataOrigin now();

}
