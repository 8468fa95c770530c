package io.datadialysis.realtime;

import java.net.InetAddress;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.web.server.autoconfigure.ServerProperties;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Says where the page is, in the last line of the start, so that nobody has to look it
 * up.
 */
@Component
class StartupNotice {

	private static final Logger logger = LoggerFactory.getLogger(StartupNotice.class);

	private final @Nullable InetAddress address;

	StartupNotice(ServerProperties server) {
		this.address = server.getAddress();
	}

	@EventListener
	void serverIsUp(WebServerInitializedEvent event) {
		String host = (this.address == null || this.address.isLoopbackAddress() || this.address.isAnyLocalAddress())
				? "localhost" : this.address.getHostAddress();
		logger.info("Ready: http://{}:{}/", host, event.getWebServer().getPort());
	}

}
