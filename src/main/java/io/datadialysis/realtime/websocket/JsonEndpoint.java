package io.datadialysis.realtime.websocket;

import java.time.Clock;
import java.util.List;
import java.util.Map;

import io.datadialysis.realtime.broker.Admission;
import io.datadialysis.realtime.broker.ConnectionProperties;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.WebSocketEndpoint;
import io.datadialysis.realtime.snapshot.TopicRanges;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.TaskExecutor;
import org.springframework.web.servlet.handler.SimpleUrlHandlerMapping;
import org.springframework.web.util.UriComponentsBuilder;

/** The plain JSON WebSocket at {@code /ws/realtime}, and what its clients share. */
@Configuration(proxyBeanMethods = false)
class JsonEndpoint {

	private static final String PATH = "/ws/realtime";

	/** Before SockJS, which takes every path below {@code /ws}. */
	private static final int ORDER = 0;

	private final TopicRanges ranges;

	private final JsonMapper jsonMapper;

	private final TaskExecutor executor;

	private final Clock clock;

	JsonEndpoint(TopicRanges ranges, JsonMapper jsonMapper, TaskExecutor applicationTaskExecutor, Clock clock) {
		this.ranges = ranges;
		this.jsonMapper = jsonMapper;
		this.executor = applicationTaskExecutor;
		this.clock = clock;
	}

	@Bean
	SimpleUrlHandlerMapping jsonWebSocketEndpoint(Admission admission, ConnectionProperties limits,
			Connections connections) {
		return new SimpleUrlHandlerMapping(Map.of(PATH,
				new WebSocketEndpoint(admission, limits, List.of(),
						(request) -> new JsonSocket(this, connections, request.getRemoteAddr(),
								UriComponentsBuilder.newInstance()
									.query(request.getQueryString())
									.build()
									.getQueryParams()
									.getFirst("time_range")))),
				ORDER);
	}

	TopicRanges ranges() {
		return this.ranges;
	}

	JsonMapper jsonMapper() {
		return this.jsonMapper;
	}

	TaskExecutor executor() {
		return this.executor;
	}

	Clock clock() {
		return this.clock;
	}

}
