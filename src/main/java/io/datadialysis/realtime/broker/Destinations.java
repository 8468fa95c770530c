package io.datadialysis.realtime.broker;

/** The destinations that are not topics. */
public final class Destinations {

	/** What the server tells one client about its own messages. */
	public static final String ERRORS = "/user/queue/errors";

	/** Where a client sends its new range. */
	public static final String TIME_RANGE = "/app/time-range";

	private Destinations() {
	}

}
