package io.datadialysis.realtime.broker;

/** What kind of connection a client has. */
public enum Transport {

	/** STOMP on a WebSocket. */
	WEBSOCKET("websocket"),

	/** STOMP over SockJS. */
	SOCKJS("sockjs"),

	/** Plain JSON on a WebSocket. */
	JSON("json");

	private final String text;

	Transport(String text) {
		this.text = text;
	}

	/** The transport as answers and metrics name it. */
	public String text() {
		return this.text;
	}

}
