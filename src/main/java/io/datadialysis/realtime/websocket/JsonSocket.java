package io.datadialysis.realtime.websocket;

import java.util.Arrays;
import java.util.List;

import io.datadialysis.realtime.broker.ClientConnection;
import io.datadialysis.realtime.broker.ClientSession;
import io.datadialysis.realtime.broker.CloseReason;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.broker.Heartbeats;
import io.datadialysis.realtime.broker.SocketTransport;
import io.datadialysis.realtime.broker.Topic;
import io.datadialysis.realtime.broker.Topics;
import io.datadialysis.realtime.broker.Transport;
import io.datadialysis.realtime.broker.WireFrame;
import io.datadialysis.realtime.metrics.ClientText;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.ServerMessage;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.socket.SocketListener;
import io.datadialysis.realtime.socket.WebSocket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * One client of the plain JSON WebSocket: a {@code connection} message, then every feed
 * at once and again at every tick. The client may change the range by
 * {@code {"type":"set_time_range","time_range":"7d"}}.
 */
final class JsonSocket implements SocketListener {

	private static final Logger logger = LoggerFactory.getLogger(JsonSocket.class);

	private static final String SET_TIME_RANGE = "set_time_range";

	private static final List<Topic> TOPICS = Arrays.stream(Feed.values()).map(Topics::of).toList();

	private final JsonEndpoint endpoint;

	private final Connections connections;

	private final String address;

	private final @Nullable String requestedRange;

	private volatile @Nullable ClientConnection connection;

	/** The newest choice that is not served yet. */
	private @Nullable TimeRange wanted; // guarded by this

	private boolean busy = true; // guarded by this: with the first snapshots

	JsonSocket(JsonEndpoint endpoint, Connections connections, String address, @Nullable String requestedRange) {
		this.endpoint = endpoint;
		this.connections = connections;
		this.address = address;
		this.requestedRange = requestedRange;
	}

	@Override
	public void onOpen(WebSocket socket) {
		TimeRange range = TimeRange.DAY;
		String refusal = null;
		if (this.requestedRange != null) {
			try {
				range = this.endpoint.ranges().parse(this.requestedRange);
			}
			catch (InvalidTimeRangeException ex) {
				refusal = ex.getMessage();
			}
		}
		ClientConnection opened = this.connections.open(Transport.JSON, null, this.address,
				new SocketTransport(socket));
		this.connection = opened;
		ClientSession session = this.connections.begin(opened, range, Heartbeats.NONE);
		if (session == null) {
			return;
		}
		send(opened, ServerMessage.Connected.at(this.endpoint.clock().instant()));
		if (refusal != null) {
			sendFailure(opened, "invalid_time_range", refusal + " Showing " + TimeRange.DAY.text() + ".");
		}
		// Not here: what the client sends meanwhile must be read, for its newest choice
		// counts.
		this.endpoint.executor().execute(() -> {
			try {
				session.subscribeInOrder(TOPICS);
			}
			finally {
				moveToWanted(session);
			}
		});
	}

	@Override
	public void onText(byte[] utf8) {
		ClientConnection open = this.connection;
		ClientSession session = (open != null) ? open.session() : null;
		if (open == null || session == null) {
			return;
		}
		open.heard();
		if (!open.waitForTurn()) {
			return;
		}
		try {
			JsonNode json = this.endpoint.jsonMapper().readTree(utf8);
			String type = json.path("type").asStringOpt().orElse("");
			if (!type.equals(SET_TIME_RANGE)) {
				sendFailure(open, "invalid_message", "type '" + ClientText.shown(type) + "' is not known; there is "
						+ SET_TIME_RANGE + ", as in " + example());
				return;
			}
			moveTo(session, this.endpoint.ranges().parse(json.path("time_range").asStringOpt().orElse(null)));
		}
		catch (InvalidTimeRangeException ex) {
			sendFailure(open, "invalid_time_range", ex.getMessage());
		}
		catch (JacksonException ex) {
			sendFailure(open, "invalid_message", "A message must be JSON such as " + example());
		}
	}

	/** Without making the caller wait; of several choices in a row the newest counts. */
	private synchronized void moveTo(ClientSession session, TimeRange range) {
		this.wanted = range;
		if (!this.busy) {
			this.busy = true;
			this.endpoint.executor().execute(() -> moveToWanted(session));
		}
	}

	private void moveToWanted(ClientSession session) {
		TimeRange range = nextWanted();
		while (range != null) {
			try {
				session.moveTo(range);
			}
			catch (RuntimeException ex) {
				// The next choice must not be lost with this one.
				logger.error("The range of a client could not be changed", ex);
			}
			range = nextWanted();
		}
	}

	private synchronized @Nullable TimeRange nextWanted() {
		TimeRange range = this.wanted;
		this.wanted = null;
		this.busy = range != null;
		return range;
	}

	@Override
	public void onBinary(byte[] bytes) {
		ClientConnection open = this.connection;
		if (open != null) {
			open.close(CloseReason.UNSUPPORTED, null);
		}
	}

	@Override
	public void onSignOfLife() {
		ClientConnection open = this.connection;
		if (open != null) {
			open.heard();
			open.waitForTurn();
		}
	}

	@Override
	public void onPart(boolean isUnfinished) {
		ClientConnection open = this.connection;
		if (open != null) {
			open.unfinished(isUnfinished);
		}
	}

	@Override
	public void onClosing(int code, boolean byClient) {
		ClientConnection open = this.connection;
		if (open != null) {
			open.closing(byClient ? CloseReason.DISCONNECTED : CloseReason.BROKEN);
		}
	}

	@Override
	public void onClosed(int code, boolean byClient) {
		ClientConnection open = this.connection;
		if (open != null) {
			this.connections.ended(open, "closed by the client with " + code);
		}
	}

	private String example() {
		return "{\"type\":\"" + SET_TIME_RANGE + "\",\"time_range\":\"7d\"}; " + this.endpoint.ranges().allowed() + ".";
	}

	private void sendFailure(ClientConnection to, String type, String sentence) {
		send(to, ServerMessage.Failure.at(this.endpoint.clock().instant(), type, sentence));
	}

	private void send(ClientConnection to, ServerMessage message) {
		to.send(WireFrame.single(this.endpoint.jsonMapper().writeValueAsBytes(message)));
	}

}
