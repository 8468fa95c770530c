package io.datadialysis.realtime;

import io.datadialysis.realtime.broker.WebSocketLimits;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.SizeLimitHandler;

import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Refuses large request bodies with 413. Only SockJS clients send any at all; theirs hold
 * a frame as a JSON string, in which each byte may take two.
 */
@Component
class RequestLimit implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

	private static final int REQUEST_SIZE = 2 * WebSocketLimits.MESSAGE_SIZE;

	private static final int NO_LIMIT = -1;

	@Override
	public void customize(JettyServletWebServerFactory factory) {
		JettyServerCustomizer limit = (Server server) -> {
			SizeLimitHandler handler = new SizeLimitHandler(REQUEST_SIZE, NO_LIMIT);
			handler.setHandler(server.getHandler());
			server.setHandler(handler);
		};
		factory.addServerCustomizers(limit);
	}

}
