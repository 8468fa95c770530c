package io.datadialysis.realtime.broker;

/**
 * The heartbeats that the two sides of a STOMP connection have agreed on.
 *
 * @param promised the server sends something at least this often, in milliseconds; 0 for
 * no promise
 * @param wanted the server expects something at least this often, in milliseconds; 0 for
 * no expectation
 * @see <a href="https://stomp.github.io/stomp-specification-1.2.html#Heart-beating">STOMP
 * 1.2, heart-beating</a>
 */
public record Heartbeats(long promised, long wanted) {

	/** Nobody promises anything. */
	public static final Heartbeats NONE = new Heartbeats(0, 0);

	/** What the server would like, both ways. */
	public static final long PREFERRED_MS = 10_000;

	/** A client on a bad line may be late by this much before it counts as gone. */
	private static final int GRACE = 3;

	/**
	 * Negotiates.
	 * @param client what the client can do and wants, in milliseconds, as its CONNECT
	 * frame says (two numbers, or none)
	 */
	public static Heartbeats negotiate(long[] client) {
		long canSend = (client.length == 2) ? client[0] : 0;
		long wants = (client.length == 2) ? client[1] : 0;
		return new Heartbeats((wants > 0) ? Math.max(PREFERRED_MS, wants) : 0,
				(canSend > 0) ? Math.max(PREFERRED_MS, canSend) : 0);
	}

	/**
	 * Whether it is time to send one, so that the promise is kept although the next look
	 * is a period away.
	 */
	boolean isDue(long silentMs, long lookPeriodMs) {
		return this.promised > 0 && silentMs + 2 * lookPeriodMs >= this.promised;
	}

	/** Whether the client has been silent for so long that it counts as gone. */
	boolean isClientGone(long silentMs) {
		return this.wanted > 0 && silentMs > GRACE * this.wanted;
	}

}
