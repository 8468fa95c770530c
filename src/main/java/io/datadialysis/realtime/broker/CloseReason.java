package io.datadialysis.realtime.broker;

import java.util.Locale;

/**
 * Why the server ends a connection: each has its close code, its sentence, and whether
 * the client should come back.
 */
public enum CloseReason {

	/** The client has said goodbye. */
	DISCONNECTED(1000, "", false),

	/** The client broke the protocol of WebSocket, or sent too much at once. */
	BROKEN(1002, "The rules of WebSocket were broken.", false),

	/** What the client sent was refused; over STOMP, the ERROR frame says why. */
	REFUSED(1002, "What you sent was refused; the ERROR frame says why.", false),

	/** A kind of message that is not taken. */
	UNSUPPORTED(1003, "Binary messages are not taken here.", false),

	/** The socket was opened and no CONNECT came. */
	CONNECT_TIMEOUT(1008, "No CONNECT came in time.", true),

	/** The client keeps silent although it promised heartbeats. */
	HEARTBEAT_MISSED(1002, "Nothing was heard of the client for longer than the heartbeats it promised.", true),

	/** Neither side has said anything for long. */
	SILENT(1001, "Nothing was said by either side for too long.", true),

	/** The client has not read for long what is sent to it. */
	FROZEN(1008, "Nothing was read by this client for too long.", true),

	/** More waits for the client than it can ever need. */
	OVERFLOW(1008, "Too much waits to be read by this client.", true),

	/** The client has begun a message and does not finish it. */
	UNFINISHED(1008, "A message was begun and not finished in time.", true),

	/** The client sends more than is allowed. */
	TOO_MANY_MESSAGES(1008, "Too many messages were sent in too short a time.", true),

	/** The server stops, or restarts. */
	RESTARTING(1012, "The server restarts; come back in a moment.", true),

	/** Something went wrong in the server; its log says what. */
	FAILED(1011, "The server could not go on.", true);

	private final int code;

	private final String sentence;

	private final boolean comeBack;

	CloseReason(int code, String sentence, boolean comeBack) {
		this.code = code;
		this.sentence = sentence;
		this.comeBack = comeBack;
	}

	/** The WebSocket's close code. */
	public int code() {
		return this.code;
	}

	/** What the client is told. */
	public String sentence() {
		return this.sentence;
	}

	/** Whether a client should connect again. */
	public boolean comeBack() {
		return this.comeBack;
	}

	/** The reason as metrics and the log name it. */
	public String text() {
		return name().toLowerCase(Locale.ROOT);
	}

}
