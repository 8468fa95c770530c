package io.datadialysis.realtime.socket;

/**
 * Close codes of WebSocket.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-7.4">RFC 6455, 7.4</a>
 */
public final class CloseCode {

	/** Done. */
	public static final int NORMAL = 1000;

	/** The peer broke the protocol. */
	public static final int PROTOCOL_ERROR = 1002;

	/** A close frame without a code; never sent. */
	public static final int NONE = 1005;

	/** The connection ended without a close frame; never sent. */
	public static final int ABNORMAL = 1006;

	/** Text that is not UTF-8. */
	public static final int BAD_TEXT = 1007;

	/** A message that is too large. */
	public static final int TOO_LARGE = 1009;

	private static final int FIRST_PRIVATE = 3000;

	private static final int LAST_PRIVATE = 4999;

	private static final int LAST_REGISTERED = 1014;

	private CloseCode() {
	}

	/** Whether a peer may send it. */
	static boolean isAllowed(int code) {
		boolean registered = code >= NORMAL && code <= LAST_REGISTERED && code != 1004 && code != NONE
				&& code != ABNORMAL;
		return registered || (code >= FIRST_PRIVATE && code <= LAST_PRIVATE);
	}

}
