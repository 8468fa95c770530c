package io.datadialysis.realtime.stomp;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Refuses to open a WebSocket under a SockJS session id that is in use: it would take the
 * other client's place, and get its messages. A filter, because handshake interceptors
 * are not asked about a session that exists.
 */
@Component
class SockJsSessionGuard extends OncePerRequestFilter {

	private static final Pattern WEBSOCKET = Pattern.compile("/ws/[^/]+/([^/]+)/websocket");

	/** Asked for late: a filter is made before the database is there. */
	private final ObjectProvider<SockJsHandler> sockets;

	SockJsSessionGuard(ObjectProvider<SockJsHandler> sockets) {
		this.sockets = sockets;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		Matcher path = WEBSOCKET.matcher(request.getRequestURI());
		if (path.matches() && this.sockets.getObject().isOpen(path.group(1))) {
			response.sendError(HttpServletResponse.SC_NOT_FOUND);
		}
		else {
			chain.doFilter(request, response);
		}
	}

}
