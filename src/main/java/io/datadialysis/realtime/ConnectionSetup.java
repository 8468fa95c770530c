package io.datadialysis.realtime;

import io.datadialysis.realtime.broker.ConnectionProperties;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.SizeLimitHandler;

import org.springframework.boot.jetty.JettyServerCustomizer;
import org.springframework.boot.jetty.servlet.JettyServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Sets up the connections of Jetty, and refuses large request bodies with 413. Only
 * SockJS clients send any at all; theirs hold a frame as a JSON string, in which each
 * byte may take two.
 */
@Component
class ConnectionSetup implements WebServerFactoryCustomizer<JettyServletWebServerFactory> {

	private static final int NO_LIMIT = -1;

	private static final int ACCEPT_QUEUE_SIZE = 4096;

	private final ConnectionProperties limits;

	ConnectionSetup(ConnectionProperties limits) {
		this.limits = limits;
	}

	@Override
	public void customize(JettyServletWebServerFactory factory) {
		JettyServerCustomizer limit = (Server server) -> {
			for (Connector connector : server.getConnectors()) {
				if (connector instanceof ServerConnector tcp) {
					// What the kernel keeps for a client that does not read; else it
					// would be megabytes.
					tcp.setAcceptedSendBufferSize((int) this.limits.sendBufferSize().toBytes());
					// When thousands come back at once, those who don't fit into the
					// queue
					// would wait for seconds until their system tries again.
					tcp.setAcceptQueueSize(ACCEPT_QUEUE_SIZE);
				}
			}
			SizeLimitHandler handler = new SizeLimitHandler(2 * this.limits.messageSize().toBytes(), NO_LIMIT);
			handler.setHandler(server.getHandler());
			server.setHandler(handler);
		};
		factory.addServerCustomizers(limit);
	}

}
