package io.datadialysis.realtime.broker;

import java.io.IOException;
import java.util.List;
import java.util.function.Function;

import io.datadialysis.realtime.socket.SocketListener;
import io.datadialysis.realtime.socket.WebSocketUpgrade;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.HttpRequestHandler;
import org.springframework.web.util.WebUtils;

/** An address at which WebSockets are opened, for those who are let in. */
public final class WebSocketEndpoint implements HttpRequestHandler {

	private final Admission admission;

	private final List<String> subprotocols;

	private final int largestMessage;

	private final Function<HttpServletRequest, SocketListener> listeners;

	/**
	 * Describes it.
	 * @param admission says who is let in
	 * @param limits say how large a message may be
	 * @param subprotocols those that are spoken, the best first; empty for none
	 * @param listeners make what hears of a WebSocket, from the request that opens it
	 */
	public WebSocketEndpoint(Admission admission, ConnectionProperties limits, List<String> subprotocols,
			Function<HttpServletRequest, SocketListener> listeners) {
		this.admission = admission;
		this.largestMessage = (int) limits.messageSize().toBytes();
		this.subprotocols = List.copyOf(subprotocols);
		this.listeners = listeners;
	}

	@Override
	public void handleRequest(HttpServletRequest request, HttpServletResponse response) throws IOException {
		if (!WebSocketUpgrade.isAskedFor(request)) {
			response.setHeader(HttpHeaders.UPGRADE, "websocket");
			response.sendError(HttpServletResponse.SC_BAD_REQUEST, "Only WebSockets are opened here.");
			return;
		}
		Admission.Rejection rejection = this.admission.judge(request.getRemoteAddr(),
				WebUtils.isSameOrigin(new ServletServerHttpRequest(request)));
		if (rejection != null) {
			if (rejection.retryAfterSeconds() > 0) {
				response.setIntHeader(HttpHeaders.RETRY_AFTER, rejection.retryAfterSeconds());
			}
			response.sendError(rejection.status(), rejection.sentence());
			return;
		}
		WebSocketUpgrade.accept(request, response, this.subprotocols, this.largestMessage,
				this.listeners.apply(request));
	}

}
