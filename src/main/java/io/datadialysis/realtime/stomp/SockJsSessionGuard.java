package io.datadialysis.realtime.stomp;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.util.StringUtils;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses to open a WebSocket under a SockJS session id that is in use: it would take the
 * other client's place, and get its messages. A filter, because handshake interceptors
 * are not asked about a session that exists.
 */
@Component
class SockJsSessionGuard extends OncePerRequestFilter {

	/**
	 * The parts of such an address: the endpoint, the server, the session, the transport.
	 */
	private static final int PARTS = 4;

	/** Asked for late: a filter is made before the database is there. */
	private final ObjectProvider<SockJsHandler> sockets;

	SockJsSessionGuard(ObjectProvider<SockJsHandler> sockets) {
		this.sockets = sockets;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		// As Spring takes it apart: empty parts don't count.
		String[] parts = StringUtils.tokenizeToStringArray(request.getServletPath(), "/");
		if (parts.length == PARTS && parts[0].equals("ws") && parts[3].equals("websocket")
				&& this.sockets.getObject().isOpen(parts[2])) {
			response.sendError(HttpServletResponse.SC_NOT_FOUND);
		}
		else {
			chain.doFilter(request, response);
		}
	}

}
