package io.datadialysis.realtime.stomp;

import java.util.List;
import java.util.Map;

import io.datadialysis.realtime.broker.Admission;
import io.datadialysis.realtime.broker.ConnectionProperties;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.FeedBroker;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.broker.Topics;
import io.datadialysis.realtime.broker.WebSocketEndpoint;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SyncTaskExecutor;
import org.springframework.messaging.simp.config.AbstractMessageBrokerConfiguration;
import org.springframework.messaging.simp.config.ChannelRegistration;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.messaging.simp.user.SimpUserRegistry;
import org.springframework.messaging.simp.user.UserDestinationResolver;
import org.springframework.messaging.support.AbstractSubscribableChannel;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.socket.messaging.DefaultSimpUserRegistry;

/**
 * Spring's messaging, with our broker in the place of the simple one, and STOMP at
 * {@code /ws}.
 */
@Configuration
class StompConfiguration extends AbstractMessageBrokerConfiguration {

	static final String PATH = "/ws";

	private static final List<String> SUBPROTOCOLS = List.of("v12.stomp", "v11.stomp", "v10.stomp");

	/** Before SockJS, which takes every path below. */
	private static final int ORDER = 0;

	private final Topics topics;

	private final FeedSubscriptions subscriptions;

	private final Connections connections;

	private final MeterRegistry meters;

	StompConfiguration(Topics topics, FeedSubscriptions subscriptions, Connections connections, MeterRegistry meters) {
		this.topics = topics;
		this.subscriptions = subscriptions;
		this.connections = connections;
		this.meters = meters;
	}

	@Bean
	SimpleUrlHandlerMapping stompEndpoint(Admission admission, StompProtocol protocol, ConnectionProperties limits) {
		return new SimpleUrlHandlerMapping(Map.of(PATH,
				new WebSocketEndpoint(admission, limits, SUBPROTOCOLS, (request) -> new StompSocket(this.connections,
						protocol, request.getRemoteAddr(), (int) limits.messageSize().toBytes()))),
				ORDER);
	}

	@Bean
	@Override
	public FeedBroker simpleBrokerMessageHandler(AbstractSubscribableChannel clientInboundChannel,
			AbstractSubscribableChannel clientOutboundChannel, AbstractSubscribableChannel brokerChannel,
			UserDestinationResolver userDestinationResolver) {
		FeedBroker broker = new FeedBroker(clientInboundChannel, clientOutboundChannel, brokerChannel, this.topics,
				this.subscriptions, this.connections, this.meters);
		broker.setPhase(getPhase());
		return broker;
	}

	@Override
	protected void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.setApplicationDestinationPrefixes("/app");
	}

	/** In the thread of the client's connection, which reads on when it is done. */
	@Override
	protected void configureClientInboundChannel(ChannelRegistration registration) {
		registration.executor(new SyncTaskExecutor());
	}

	@Override
	protected void configureClientOutboundChannel(ChannelRegistration registration) {
		registration.executor(new SyncTaskExecutor());
	}

	@Override
	protected SimpUserRegistry createLocalUserRegistry(@Nullable Integer order) {
		return new DefaultSimpUserRegistry();
	}

}
