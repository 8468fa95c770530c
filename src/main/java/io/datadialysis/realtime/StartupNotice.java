package io.datadialysis.realtime;

import java.net.InetAddress;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says where the page is, in the last line of the start, so that nobody has to look it
 * up.
 */
@Component
class StartupNotice {

	private static final Logger logger = LoggerFactory.getLogger(StartupNotice.class);

	private final ServerProperties server;

	private final Environment environment;

	StartupNotice(ServerProperties server, Environment environment) {
		this.server = server;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void ready() {
		InetAddress address = this.server.getAddress();
		String host = (address == null || address.isLoopbackAddress() || address.isAnyLocalAddress()) ? "localhost"
				: address.getHostAddress();
		logger.info("Ready: http://{}:{}/", host, this.environment.getProperty("local.server.port"));
	}

}
