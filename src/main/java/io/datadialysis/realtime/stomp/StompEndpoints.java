package io.datadialysis.realtime.stomp;

import java.time.Duration;

import io.datadialysis.realtime.broker.FeedBroker;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebMvcStompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;
import org.springframework.web.socket.server.jetty.JettyRequestUpgradeStrategy;
import org.springframework.web.socket.server.support.DefaultHandshakeHandler;

/** STOMP at {@code /ws}, on WebSocket and over SockJS. */
@Configuration(proxyBeanMethods = false)
class StompEndpoints implements WebSocketMessageBrokerConfigurer {

	private static final String PATH = "/ws";

	/**
	 * A larger WebSocket message is answered by a close with 1009, a larger STOMP frame
	 * in parts by an ERROR.
	 */
	private static final int FRAME_SIZE_LIMIT = 64 * 1024;

	/**
	 * Longer than any heartbeat: those who promised some are held to them, the others
	 * need not speak.
	 */
	private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(5);

	/** After the plain JSON endpoint, whose path SockJS would take for its own. */
	private static final int ORDER = 2;

	private final ObjectProvider<FeedBroker> broker;

	private final TaskExecutor taskExecutor;

	StompEndpoints(ObjectProvider<FeedBroker> broker, TaskExecutor applicationTaskExecutor) {
		this.broker = broker;
		this.taskExecutor = applicationTaskExecutor;
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		JettyRequestUpgradeStrategy upgrade = new JettyRequestUpgradeStrategy();
		upgrade.addWebSocketConfigurer((container) -> {
			container.setMaxTextMessageSize(FRAME_SIZE_LIMIT);
			container.setMaxBinaryMessageSize(FRAME_SIZE_LIMIT);
			container.setIdleTimeout(IDLE_TIMEOUT);
		});
		registry.addEndpoint(PATH).setHandshakeHandler(new DefaultHandshakeHandler(upgrade));
		registry.addEndpoint(PATH).setHandshakeHandler(new DefaultHandshakeHandler(upgrade)).withSockJS();
		registry.setPreserveReceiveOrder(true);
		registry.setErrorHandler(new StompErrors());
		((WebMvcStompEndpointRegistry) registry).setOrder(ORDER);
	}

	@Override
	public void configureWebSocketTransport(WebSocketTransportRegistration registration) {
		registration.setMessageSizeLimit(FRAME_SIZE_LIMIT);
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.setApplicationDestinationPrefixes("/app");
	}

	@Override
	public void configureClientInboundChannel(ChannelRegistration registration) {
		registration.executor(this.taskExecutor);
		registration.interceptors(new ClientFrameGuard(this.broker), new SendReceipts(this.broker));
	}

	@Override
	public void configureClientOutboundChannel(ChannelRegistration registration) {
		registration.executor(this.taskExecutor);
	}

}
