package io.datadialysis.realtime.broker;

/** How frames get to one client. */
public interface ClientTransport {

	/**
	 * Sends a publication, without making the caller wait for the client.
	 * @param subscription whose it is
	 * @param publication what to send
	 * @param whenWritten to be run once it is on its way, or never will be; nothing else
	 * is sent before
	 */
	void send(Subscription subscription, Publication publication, Runnable whenWritten);

	/**
	 * More waits for the client than it can ever need: it does not read what it asked
	 * for.
	 */
	void overflowed();

}
