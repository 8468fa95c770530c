package io.datadialysis.realtime;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** However many listen, the database is asked the same number of times. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QueriesPerTickIT {

	private static final int MANY = 500;

	private static final int TICKS = 6;

	private final Postgres.Database database = Postgres.shared().createDatabase();

	private final RealtimeServer server = RealtimeServer.startWith(this.database, "--realtime.update-interval=700ms");

	QueriesPerTickIT() {
		this.database.execute("CREATE EXTENSION pg_stat_statements");
		await().until(() -> this.server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@Test
	void queriesPerTickDoNotDependOnTheNumberOfSubscribers() throws SQLException {
		List<StompPeer> peers = new ArrayList<>();
		try {
			peers.add(subscriber());
			long ofOne = queriesDuringTicks(peers.getFirst());
			while (peers.size() < MANY) {
				peers.add(subscriber());
			}
			long ofMany = queriesDuringTicks(peers.getFirst());
			// One query for each snapshot; the ends of the ticks counted are not sharp.
			assertThat(ofOne).isBetween(TICKS - 1L, TICKS + 1L);
			assertThat(ofMany).isBetween(TICKS - 1L, TICKS + 1L);
		}
		finally {
			peers.forEach(StompPeer::close);
		}
	}

	private StompPeer subscriber() {
		StompPeer peer = StompPeer.connect(this.server);
		peer.subscribe("s", "/topic/security");
		peer.nextMessage("s");
		return peer;
	}

	/**
	 * Counted by the database, from one message of a tick to that of some ticks later.
	 */
	private long queriesDuringTicks(StompPeer peer) throws SQLException {
		String waiting = peer.poll();
		while (waiting != null) {
			waiting = peer.poll();
		}
		long last = sequenceOf(peer) + TICKS;
		long before = queries();
		long sequence = 0;
		while (sequence < last) {
			sequence = sequenceOf(peer);
		}
		return queries() - before;
	}

	private static long sequenceOf(StompPeer peer) {
		return peer.nextMessage("s").json().get("sequence").asLong();
	}

	private long queries() throws SQLException {
		try (Connection connection = this.database.connect();
				Statement statement = connection.createStatement();
				ResultSet row = statement.executeQuery("""
						SELECT coalesce(sum(calls), 0) FROM pg_stat_statements AS s
						  JOIN pg_database AS d ON d.oid = s.dbid AND d.datname = current_database()
						 WHERE toplevel AND query LIKE '%rollup_cover%'
						""")) {
			row.next();
			return row.getLong(1);
		}
	}

}
