package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.FeedBroker;
import io.datadialysis.realtime.broker.FrameRules;
import io.datadialysis.realtime.broker.OpenSockets;
import io.datadialysis.realtime.broker.WebSocketLimits;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebMvcStompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketTransportRegistration;

/** STOMP at {@code /ws}, on WebSocket and over SockJS. */
@Configuration(proxyBeanMethods = false)
class StompEndpoints implements WebSocketMessageBrokerConfigurer {

	private static final String PATH = "/ws";

	/** After the plain JSON endpoint, whose path SockJS would take for its own. */
	private static final int ORDER = 2;

	private final ObjectProvider<FeedBroker> broker;

	private final FrameRules rules;

	private final OpenSockets sockets;

	private final TaskExecutor taskExecutor;

	StompEndpoints(ObjectProvider<FeedBroker> broker, FrameRules rules, OpenSockets sockets,
			TaskExecutor applicationTaskExecutor) {
		this.broker = broker;
		this.rules = rules;
		this.sockets = sockets;
		this.taskExecutor = applicationTaskExecutor;
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.addEndpoint(PATH).setHandshakeHandler(WebSocketLimits.handshakeHandler());
		registry.addEndpoint(PATH).setHandshakeHandler(WebSocketLimits.handshakeHandler()).withSockJS();
		registry.setPreserveReceiveOrder(true);
		registry.setErrorHandler(new StompErrors(this.broker, this.rules));
		((WebMvcStompEndpointRegistry) registry).setOrder(ORDER);
	}

	@Override
	public void configureWebSocketTransport(WebSocketTransportRegistration registration) {
		registration.setMessageSizeLimit(WebSocketLimits.MESSAGE_SIZE);
		registration.addDecoratorFactory((handler) -> new StompSockets(handler, this.sockets, this.broker));
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.setApplicationDestinationPrefixes("/app");
	}

	@Override
	public void configureClientInboundChannel(ChannelRegistration registration) {
		registration.executor(this.taskExecutor);
		registration.interceptors(new ClientFrameGuard(this.broker, this.rules), new SendReceipts(this.broker));
	}

	@Override
	public void configureClientOutboundChannel(ChannelRegistration registration) {
		registration.executor(this.taskExecutor);
	}

}
