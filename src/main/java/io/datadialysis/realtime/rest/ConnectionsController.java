package io.datadialysis.realtime.rest;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.datadialysis.realtime.broker.Presence;
import io.datadialysis.realtime.broker.PresenceBoard;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** Who is connected, for operators. */
@RestController
@Tag(name = "Connections")
class ConnectionsController {

	private final PresenceBoard board;

	ConnectionsController(PresenceBoard board) {
		this.board = board;
	}

	@GetMapping("/api/connections")
	@Operation(summary = "Who is connected: by transport, range and topic, the slow ones and the oldest")
	Connected connections() {
		return Connected.of(this.board.now());
	}

	/**
	 * The answer.
	 *
	 * @param total all connections
	 * @param byTransport transport to connections
	 * @param byRange range to sessions
	 * @param byTopic topic, with its range where it has one, to subscriptions
	 * @param slow those who have left something unread for more than a second, the
	 * slowest first; at most a hundred
	 * @param oldest the one that has been connected for longest; null when there is none
	 */
	record Connected(@JsonProperty("total") int total, @JsonProperty("by_transport") Map<String, Integer> byTransport,
			@JsonProperty("by_range") Map<String, Integer> byRange,
			@JsonProperty("by_topic") Map<String, Integer> byTopic, @JsonProperty("slow") List<Client> slow,
			@JsonProperty("oldest") @Nullable Client oldest) {

		static Connected of(Presence presence) {
			return new Connected(presence.total(), presence.byTransport(), presence.byRange(), presence.byTopic(),
					presence.slow().stream().map(Client::of).toList(),
					(presence.oldest() != null) ? Client.of(presence.oldest()) : null);
		}

	}

	/**
	 * One connection.
	 *
	 * @param id its name, as in the log
	 * @param transport websocket, sockjs or json
	 * @param address where the client is
	 * @param connectedSeconds for how long it has been connected, in seconds
	 * @param unreadSeconds for how long it has left something unread, in seconds; 0 when
	 * nothing is
	 */
	record Client(@JsonProperty("id") String id, @JsonProperty("transport") String transport,
			@JsonProperty("address") String address, @JsonProperty("connected_seconds") double connectedSeconds,
			@JsonProperty("unread_seconds") double unreadSeconds) {

		static Client of(Presence.Client client) {
			return new Client(client.id(), client.transport().text(), client.address(), seconds(client.connectedFor()),
					seconds(client.unreadFor()));
		}

		private static double seconds(Duration duration) {
			return duration.toMillis() / 1000.0;
		}

	}

}
