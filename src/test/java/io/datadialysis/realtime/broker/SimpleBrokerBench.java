package io.datadialysis.realtime.broker;

import java.io.IOException;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.messaging.simp.config.MessageBrokerRegistry;
import org.springframework.web.socket.config.annotation.EnableWebSocketMessageBroker;
import org.springframework.web.socket.config.annotation.StompEndpointRegistry;
import org.springframework.web.socket.config.annotation.WebSocketMessageBrokerConfigurer;

/**
 * What Spring Boot does by itself: its simple broker, on Tomcat, with its settings. Takes
 * the orders of {@link PublishOrders}; arguments are {@code --port} and {@code --ctl}.
 *
 * <p>
 * It runs on a class path of its own, with what {@code spring-boot-starter-websocket}
 * brings and no more. It is not marked as a configuration, so that the tests' servers,
 * which look through this package, don't find it.
 */
@EnableAutoConfiguration
@EnableWebSocketMessageBroker
final class SimpleBrokerBench implements WebSocketMessageBrokerConfigurer {

	public static void main(String[] args) throws IOException {
		ConfigurableApplicationContext context = SpringApplication.run(SimpleBrokerBench.class,
				"--server.address=127.0.0.1", "--server.port=" + args[1]);
		SimpMessagingTemplate template = context.getBean(SimpMessagingTemplate.class);
		PublishOrders.serve(Integer.parseInt(args[3]),
				(epoch, sequence, message) -> template.convertAndSend(PublishOrders.DESTINATION, message));
	}

	@Override
	public void registerStompEndpoints(StompEndpointRegistry registry) {
		registry.addEndpoint("/ws");
	}

	@Override
	public void configureMessageBroker(MessageBrokerRegistry registry) {
		registry.enableSimpleBroker("/topic");
	}

}
