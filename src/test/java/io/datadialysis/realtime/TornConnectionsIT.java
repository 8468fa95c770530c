package io.datadialysis.realtime;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.CompletableFuture;

import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.broker.Connections;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import io.datadialysis.realtime.fixtures.WebSocketPeer;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Clients that are cut off at any moment leave nothing behind. */
class TornConnectionsIT {

	private static final int CLIENTS = 200;

	@Test
	void leaveNeitherSessionsNorSubscriptions() {
		try (RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(),
				"--realtime.update-interval=100ms")) {
			for (int i = 0; i < CLIENTS; i++) {
				// Nothing is waited for: the cut may overtake what was sent before it.
				try (StompPeer stomp = StompPeer.open(server);
						WebSocketPeer plain = WebSocketPeer.connect(server.uri("ws", "/ws/realtime"))) {
					stomp.frame("CONNECT", "", "accept-version:1.2", "heart-beat:0,0");
					if (i % 2 == 0) {
						stomp.subscribe("s", "/topic/metrics");
					}
					if (i % 3 == 0) {
						stomp.changeRange("7d");
					}
					assertThat(plain.isOpen()).isTrue();
				}
			}
			await().until(() -> server.bean(Connections.class).count() == 0);
			await().until(() -> server.bean(FeedSubscriptions.class).count() == 0);
		}
	}

	@Test
	void whenTheServerStopsClientsOfEveryTransportAreToldToComeBack() {
		RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase());
		try (StompPeer stomp = StompPeer.connect(server);
				WebSocketPeer plain = WebSocketPeer.connect(server.uri("ws", "/ws/realtime"));
				WebSocketPeer sockJs = WebSocketPeer.connect(server.uri("ws", "/ws/000/stopping/websocket"))) {
			assertThat(sockJs.next()).isEqualTo("o");
			sockJs.send("[\"CONNECT\\naccept-version:1.2\\n\\n\\u0000\"]");
			assertThat(sockJs.next()).startsWith("a[\"CONNECTED");
			CompletableFuture<HttpResponse<String>> stream = RealtimeServer
				.sendAsync(HttpRequest.newBuilder(server.uri("http", "/ws/000/streaming/xhr_streaming"))
					.POST(HttpRequest.BodyPublishers.noBody())
					.build());
			await().until(() -> server.bean(Connections.class).find("sockjs-streaming") != null);
			server.close();
			assertThat(stream.join().body()).contains("c[1012,");
			assertThat(stomp.closeCode()).isEqualTo(1012);
			assertThat(plain.closeCode()).isEqualTo(1012);
			assertThat(sockJs.next()).startsWith("c[1012,");
		}
	}

}
