package io.datadialysis.realtime.broker;

/** How frames get to one client. No method waits for the client. */
public interface ClientTransport {

	/**
	 * Writes a frame. There is one at a time.
	 * @param frame what to write
	 * @param whenWritten to be run when it is on its way, or never will be, unless this
	 * returns true
	 * @return true when it is on its way already, or never will be
	 */
	boolean write(WireFrame frame, Runnable whenWritten);

	/**
	 * Says goodbye, after the frame that is being written.
	 * @param reason why
	 */
	void close(CloseReason reason);

	/** Ends the connection at once. */
	void abort();

}
