package io.datadialysis.realtime.broker;

/** Which connections are open. Implemented by the way in that holds them. */
public interface OpenConnections {

	/**
	 * Whether a connection is open still.
	 * @param sessionId the session that it carries
	 */
	boolean isOpen(String sessionId);

}
