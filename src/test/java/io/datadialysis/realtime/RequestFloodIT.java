package io.datadialysis.realtime;

import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.fixtures.StompPeer;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whatever requests ask for and however many there are, those who listen get their
 * numbers.
 */
class RequestFloodIT {

	private static final int REQUESTS = 80;

	@Test
	void requestsThatTheDatabaseDoesNotAnswerHoldUpNobodyWhoListens() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.update-interval=500ms");
				StompPeer peer = StompPeer.connect(server)) {
			await().until(() -> server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
			peer.subscribe("security", "/topic/security");
			peer.nextMessage("security");
			try (Connection holder = database.connect(); Statement statement = holder.createStatement()) {
				holder.setAutoCommit(false);
				statement.execute("LOCK TABLE patients IN ACCESS EXCLUSIVE MODE");
				List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
				for (int i = 0; i < REQUESTS; i++) {
					flood.add(ask(server, (i % 2 == 0) ? "overview?time_range=" + (61 + i) + "m"
							: "series?metric=records&time_range=" + (61 + i) + "m"));
				}
				await().until(database::isWaitedFor);
				for (int tick = 0; tick < 8; tick++) {
					assertThat(peer.nextMessage("security").json().get("stale").asBoolean()).isFalse();
				}
				assertThat(ask(server, "performance?time_range=24h").join().statusCode()).isEqualTo(200);
				for (CompletableFuture<HttpResponse<String>> response : flood) {
					assertThat(response.join().statusCode()).isEqualTo(503);
					assertThat(response.join().headers().firstValue("Retry-After")).isPresent();
				}
				holder.rollback();
			}
			await().until(() -> ask(server, "overview?time_range=61m").join().statusCode() == 200);
		}
	}

	@Test
	void anOutageIsFoundOnceAndToldOnce() {
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
		try (Postgres postgres = Postgres.start();
				RealtimeServer server = RealtimeServer.startWith(postgres.createDatabase())) {
			await().until(() -> server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
			postgres.stop();
			await().until(() -> ask(server, "series?metric=latency").join().statusCode() == 503);
			log.start();
			root.addAppender(log);
			List<CompletableFuture<HttpResponse<String>>> flood = new ArrayList<>();
			for (int i = 0; i < REQUESTS; i++) {
				flood.add(ask(server, "overview?time_range=" + (61 + i) + "m"));
				flood.add(ask(server, "series?metric=failures&time_range=" + (61 + i) + "m"));
			}
			for (CompletableFuture<HttpResponse<String>> response : flood) {
				assertThat(response.join().statusCode()).isEqualTo(503);
				assertThat(response.join().body()).doesNotContain("Exception");
			}
			root.detachAppender(log);
			assertThat(log.list)
				.filteredOn((event) -> event.getLoggerName().startsWith("io.datadialysis")
						&& event.getFormattedMessage().contains("can't be computed"))
				.hasSizeLessThanOrEqualTo(4);
			assertThat(log.list).noneMatch((event) -> event.getLoggerName().contains("caffeine"));
		}
		finally {
			root.detachAppender(log);
		}
	}

	private static CompletableFuture<HttpResponse<String>> ask(RealtimeServer server, String path) {
		return RealtimeServer.sendAsync(HttpRequest.newBuilder(server.uri("http", "/api/metrics/" + path))
			.timeout(Duration.ofSeconds(30))
			.build());
	}

}
