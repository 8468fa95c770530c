package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Who is connected at a moment.
 *
 * @param total all connections, those that have not connected in the words of their
 * protocol among them
 * @param byTransport transport to connections
 * @param byRange range to the sessions that have it
 * @param byTopic topic, with its range where it has one, to subscriptions
 * @param slow those who leave something unread, the slowest first; at most a hundred
 * @param oldest the one that has been connected for longest; null when there is none
 */
public record Presence(int total, Map<String, Integer> byTransport, Map<String, Integer> byRange,
		Map<String, Integer> byTopic, List<Client> slow, @Nullable Client oldest) {

	/**
	 * One connection.
	 *
	 * @param id its name
	 * @param transport what kind it is
	 * @param address where the client is
	 * @param connectedFor for how long
	 * @param unreadFor for how long it has left something unread; zero when nothing is
	 */
	public record Client(String id, Transport transport, String address, Duration connectedFor, Duration unreadFor) {

		static Client of(ClientConnection connection, long now) {
			return new Client(connection.id(), connection.kind(), connection.address(),
					Duration.ofNanos(now - connection.openedNanoTime()),
					Duration.ofNanos(connection.blockedNanos(now)));
		}

	}

}
