package io.datadialysis.realtime.stomp;

import io.datadialysis.realtime.broker.FeedBroker;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.broker.FrameRules;
import io.datadialysis.realtime.broker.OpenSockets;
import io.datadialysis.realtime.broker.Topics;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.messaging.simp.user.UserDestinationResolver;
import org.springframework.messaging.support.AbstractSubscribableChannel;
import org.springframework.scheduling.TaskScheduler;
import org.springframework.web.socket.config.annotation.DelegatingWebSocketMessageBrokerConfiguration;

/** Spring's support for STOMP, with our broker in the place of the simple one. */
@Configuration
class StompBrokerConfiguration extends DelegatingWebSocketMessageBrokerConfiguration {

	private final Topics topics;

	private final FrameRules rules;

	private final FeedSubscriptions subscriptions;

	private final OpenSockets sockets;

	private final TaskScheduler taskScheduler;

	StompBrokerConfiguration(Topics topics, FrameRules rules, FeedSubscriptions subscriptions, OpenSockets sockets,
			TaskScheduler taskScheduler) {
		this.topics = topics;
		this.rules = rules;
		this.subscriptions = subscriptions;
		this.sockets = sockets;
		this.taskScheduler = taskScheduler;
	}

	@Bean
	@Override
	public FeedBroker simpleBrokerMessageHandler(AbstractSubscribableChannel clientInboundChannel,
			AbstractSubscribableChannel clientOutboundChannel, AbstractSubscribableChannel brokerChannel,
			UserDestinationResolver userDestinationResolver) {
		FeedBroker broker = new FeedBroker(clientInboundChannel, clientOutboundChannel, brokerChannel, this.topics,
				this.rules, this.subscriptions, this.sockets, this.taskScheduler);
		broker.setPhase(getPhase());
		return broker;
	}

}
