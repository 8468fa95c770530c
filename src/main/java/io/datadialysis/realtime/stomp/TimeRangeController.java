package io.datadialysis.realtime.stomp;

import java.time.Clock;

import io.datadialysis.realtime.broker.ClientConnection;
import io.datadialysis.realtime.broker.ClientSession;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.ServerMessage;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.TopicRanges;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.messaging.handler.annotation.Header;
import org.springframework.messaging.handler.annotation.MessageExceptionHandler;
import org.springframework.messaging.handler.annotation.MessageMapping;
import org.springframework.messaging.handler.annotation.Payload;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.annotation.SendToUser;
import org.springframework.stereotype.Controller;

/**
 * Changes the range of a session at runtime: {@code {"time_range":"7d"}} to
 * {@code /app/time-range}.
 */
@Controller
class TimeRangeController {

	private static final byte[] NO_BODY = {};

	private final Connections connections;

	private final TopicRanges ranges;

	private final JsonMapper jsonMapper;

	private final Clock clock;

	TimeRangeController(Connections connections, TopicRanges ranges, JsonMapper jsonMapper, Clock clock) {
		this.connections = connections;
		this.ranges = ranges;
		this.jsonMapper = jsonMapper;
		this.clock = clock;
	}

	@MessageMapping("/time-range")
	void changeTimeRange(@Payload(required = false) byte @Nullable [] body,
			@Header(SimpMessageHeaderAccessor.SESSION_ID_HEADER) String sessionId) {
		// Read here rather than by a converter: whatever content type the client names,
		// the answer to nonsense is ours.
		JsonNode json = this.jsonMapper.readTree((body != null) ? body : NO_BODY);
		TimeRange range = this.ranges.parse(json.path("time_range").asStringOpt().orElse(null));
		ClientConnection connection = this.connections.find(sessionId);
		ClientSession session = (connection != null) ? connection.session() : null;
		if (session != null) {
			session.moveTo(range);
		}
	}

	@MessageExceptionHandler
	@SendToUser(destinations = "/queue/errors", broadcast = false)
	ServerMessage.Failure invalidTimeRange(InvalidTimeRangeException ex) {
		return ServerMessage.Failure.at(this.clock.instant(), "invalid_time_range", ex.getMessage());
	}

	@MessageExceptionHandler
	@SendToUser(destinations = "/queue/errors", broadcast = false)
	ServerMessage.Failure brokenJson(JacksonException ex) {
		return ServerMessage.Failure.at(this.clock.instant(), "invalid_message",
				"The body must be JSON such as {\"time_range\":\"7d\"}; " + this.ranges.allowed() + ".");
	}

}
