package io.datadialysis.realtime.websocket;

import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.datadialysis.realtime.broker.ClientSession;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.broker.OpenSockets;
import io.datadialysis.realtime.broker.Topics;
import io.datadialysis.realtime.metrics.ClientText;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.ServerMessage;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.SnapshotProperties;
import io.datadialysis.realtime.snapshot.TopicRanges;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.task.TaskExecutor;
import org.springframework.stereotype.Component;
import org.springframework.web.socket.CloseStatus;
import org.springframework.web.socket.TextMessage;
import org.springframework.web.socket.WebSocketSession;
import org.springframework.web.socket.handler.TextWebSocketHandler;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Serves a client of the plain JSON WebSocket: a {@code connection} message, then every
 * feed at once and again at every tick. The client may change the range by
 * {@code {"type":"set_time_range","time_range":"7d"}}.
 */
@Component
class JsonWebSocketHandler extends TextWebSocketHandler {

	private static final String SET_TIME_RANGE = "set_time_range";

	/** By WebSocket session id. */
	private final Map<String, JsonClient> clients = new ConcurrentHashMap<>();

	private final TopicRanges ranges;

	private final FeedSubscriptions subscriptions;

	private final OpenSockets sockets;

	private final JsonMapper jsonMapper;

	private final TaskExecutor executor;

	private final Duration updateInterval;

	private final Clock clock;

	JsonWebSocketHandler(TopicRanges ranges, FeedSubscriptions subscriptions, OpenSockets sockets,
			JsonMapper jsonMapper, TaskExecutor applicationTaskExecutor, SnapshotProperties properties, Clock clock) {
		this.ranges = ranges;
		this.subscriptions = subscriptions;
		this.sockets = sockets;
		this.jsonMapper = jsonMapper;
		this.executor = applicationTaskExecutor;
		this.updateInterval = properties.updateInterval();
		this.clock = clock;
	}

	@Override
	public void afterConnectionEstablished(WebSocketSession webSocket) {
		this.sockets.add(webSocket);
		JsonClient client = new JsonClient(webSocket, this.executor, this.updateInterval);
		String asked = requestedRange(webSocket);
		TimeRange range = TimeRange.DAY;
		String refusal = null;
		if (asked != null) {
			try {
				range = this.ranges.parse(asked);
			}
			catch (InvalidTimeRangeException ex) {
				refusal = ex.getMessage();
			}
		}
		ClientSession session = this.subscriptions.open(webSocket.getId(), range, client);
		client.begin(session);
		this.clients.put(webSocket.getId(), client);
		send(client, ServerMessage.Connected.at(this.clock.instant()));
		if (refusal != null) {
			send(client, ServerMessage.Failure.at(this.clock.instant(), "invalid_time_range",
					refusal + " Showing " + TimeRange.DAY.text() + "."));
		}
		client.subscribe(Arrays.stream(Feed.values()).map(Topics::of).toList());
	}

	private static @Nullable String requestedRange(WebSocketSession webSocket) {
		return (webSocket.getUri() == null) ? null
				: UriComponentsBuilder.fromUri(webSocket.getUri()).build().getQueryParams().getFirst("time_range");
	}

	@Override
	protected void handleTextMessage(WebSocketSession webSocket, TextMessage message) {
		JsonClient client = this.clients.get(webSocket.getId());
		if (client == null) {
			return;
		}
		try {
			JsonNode json = this.jsonMapper.readTree(message.getPayload());
			String type = json.path("type").asStringOpt().orElse("");
			if (!type.equals(SET_TIME_RANGE)) {
				sendFailure(client, "invalid_message", "type '" + ClientText.shown(type) + "' is not known; there is "
						+ SET_TIME_RANGE + ", as in " + example());
				return;
			}
			TimeRange range = this.ranges.parse(json.path("time_range").asStringOpt().orElse(null));
			client.moveTo(range);
		}
		catch (InvalidTimeRangeException ex) {
			sendFailure(client, "invalid_time_range", ex.getMessage());
		}
		catch (JacksonException ex) {
			sendFailure(client, "invalid_message", "A message must be JSON such as " + example());
		}
	}

	private String example() {
		return "{\"type\":\"" + SET_TIME_RANGE + "\",\"time_range\":\"7d\"}; " + this.ranges.allowed() + ".";
	}

	private void sendFailure(JsonClient client, String type, String sentence) {
		send(client, ServerMessage.Failure.at(this.clock.instant(), type, sentence));
	}

	private void send(JsonClient client, ServerMessage message) {
		client.send(this.jsonMapper.writeValueAsBytes(message));
	}

	@Override
	public void handleTransportError(WebSocketSession webSocket, Throwable exception) {
		// The container closes the connection and says so by afterConnectionClosed.
	}

	@Override
	public void afterConnectionClosed(WebSocketSession webSocket, CloseStatus status) {
		this.sockets.remove(webSocket);
		JsonClient client = this.clients.remove(webSocket.getId());
		if (client != null) {
			client.session().close();
		}
	}

}
