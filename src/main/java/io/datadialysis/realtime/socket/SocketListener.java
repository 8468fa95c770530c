package io.datadialysis.realtime.socket;

/**
 * What an application hears of one WebSocket, one call after the other. A method may
 * wait; what the client sends meanwhile waits in the network.
 */
public interface SocketListener {

	/**
	 * The connection is open; nothing comes before.
	 * @param socket the connection
	 */
	void onOpen(WebSocket socket);

	/** A text message, checked to be UTF-8. */
	void onText(byte[] utf8);

	/** A binary message. */
	void onBinary(byte[] bytes);

	/** A ping, which is answered already, or a pong. */
	void onSignOfLife();

	/**
	 * What the client has sent lately is dealt with.
	 * @param isUnfinished whether a part of a message has come and the rest has not
	 */
	void onPart(boolean isUnfinished);

	/**
	 * The connection is being closed because the client asks for it or has broken the
	 * protocol; no message comes any more. Whoever does not want to wait for the client
	 * to end it aborts it.
	 * @param code the close code
	 * @param byClient whether the client asks for it
	 */
	void onClosing(int code, boolean byClient);

	/**
	 * The connection has ended; nothing comes after. May be called while another method
	 * is at work, and twice.
	 * @param code the close code of whoever closed first, {@link CloseCode#ABNORMAL} when
	 * there was none
	 * @param byClient whether that was the client
	 */
	void onClosed(int code, boolean byClient);

}
