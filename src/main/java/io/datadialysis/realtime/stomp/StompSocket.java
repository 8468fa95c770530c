package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.CloseReason;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.SocketTransport;
import io.datadialysis.realtime.broker.Transport;
import io.datadialysis.realtime.socket.SocketListener;
import io.datadialysis.realtime.socket.WebSocket;
import org.jspecify.annotations.Nullable;

/** STOMP on one WebSocket. */
final class StompSocket implements SocketListener {

	private final Connections connections;

	private final StompProtocol protocol;

	private final String address;

	private final int largestFrame;

	private volatile @Nullable StompClient client;

	StompSocket(Connections connections, StompProtocol protocol, String address, int largestFrame) {
		this.connections = connections;
		this.protocol = protocol;
		this.address = address;
		this.largestFrame = largestFrame;
	}

	@Override
	public void onOpen(WebSocket socket) {
		this.client = new StompClient(
				this.connections.open(Transport.WEBSOCKET, null, this.address, new SocketTransport(socket)),
				this.protocol, this.largestFrame);
	}

	@Override
	public void onText(byte[] utf8) {
		onBinary(utf8);
	}

	@Override
	public void onBinary(byte[] bytes) {
		StompClient opened = this.client;
		if (opened != null) {
			opened.received(bytes);
		}
	}

	@Override
	public void onSignOfLife() {
		StompClient opened = this.client;
		if (opened != null) {
			opened.connection().heard();
			opened.connection().waitForTurn();
		}
	}

	@Override
	public void onPart(boolean isUnfinished) {
		StompClient opened = this.client;
		if (opened != null) {
			opened.connection().unfinished(isUnfinished || opened.isUnfinished());
		}
	}

	@Override
	public void onClosing(int code, boolean byClient) {
		StompClient opened = this.client;
		if (opened != null) {
			opened.connection().closing(byClient ? CloseReason.DISCONNECTED : CloseReason.BROKEN);
		}
	}

	@Override
	public void onClosed(int code, boolean byClient) {
		StompClient opened = this.client;
		if (opened != null) {
			this.connections.ended(opened.connection(), "closed by the client with " + code);
		}
	}

}
