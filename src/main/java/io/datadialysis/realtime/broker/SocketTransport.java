package io.datadialysis.realtime.broker;

import io.datadialysis.realtime.socket.WebSocket;

/**
 * Writes to a WebSocket directly.
 *
 * @param socket the WebSocket
 */
public record SocketTransport(WebSocket socket) implements ClientTransport {

	@Override
	public boolean write(WireFrame frame, Runnable whenWritten) {
		return this.socket.write(frame.webSocketFrame(), whenWritten);
	}

	@Override
	public void close(CloseReason reason) {
		this.socket.close(reason.code(), reason.sentence());
	}

	@Override
	public void abort() {
		this.socket.abort();
	}

}
