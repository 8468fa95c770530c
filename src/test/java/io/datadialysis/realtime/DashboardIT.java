package io.datadialysis.realtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.ColorScheme;
import io.datadialysis.realtime.broker.FeedSubscriptions;
import io.datadialysis.realtime.fixtures.Chromium;
import io.datadialysis.realtime.fixtures.GoldenData;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

/** The page in a real browser, on a real server and database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DashboardIT {

	private static final double PATIENCE_MS = 20_000;

	private static final String[] QUICK = { "--realtime.update-interval=500ms",
			"--spring.datasource.hikari.connection-timeout=1000", "--spring.datasource.hikari.validation-timeout=900" };

	private final Chromium chromium = Chromium.launch();

	private final List<String> troubles = new ArrayList<>();

	@AfterEach
	void thePageHadNoScriptErrors() {
		List<String> seen = List.copyOf(this.troubles);
		this.troubles.clear();
		assertThat(seen).isEmpty();
	}

	@AfterAll
	void stop() {
		this.chromium.close();
	}

	@Test
	void goesLiveAndItsNumbersChangeWhenRowsAreInserted() {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database, QUICK); BrowserContext context = context()) {
			Page page = open(context, server, "");
			assertLive(page, "websocket");
			assertThat(metric(page, "overview.redactions.total")).hasAttribute("data-value", "0", patiently());
			database.execute(
					"INSERT INTO logs (log_id, field_name, original_hash, timestamp, rule_triggered, source_adapter)"
							+ " SELECT 'l' || n, 'ssn', 'h', now() AT TIME ZONE 'UTC', 'SSN_PATTERN',"
							+ " '<img src=x onerror=alert(1)>' FROM generate_series(1, 12345) AS n",
					"INSERT INTO audit_log (audit_id, event_type, event_timestamp, severity)"
							+ " VALUES ('a', 'BULK_PERSISTENCE', now() AT TIME ZONE 'UTC', 'ERROR')");
			assertThat(metric(page, "overview.redactions.total")).hasAttribute("data-value", "12345", patiently());
			assertThat(metric(page, "overview.redactions.total")).hasText(Pattern.compile("12\\.3\\s*k"));
			assertThat(metric(page, "overview.ingestions.failed")).hasAttribute("data-value", "1", patiently());
			assertThat(page.locator("#breaker-state")).hasText(Pattern.compile("open", Pattern.CASE_INSENSITIVE));
			assertThat(page.locator("#by-adapter .bar-name").first()).hasText("<img src=x onerror=alert(1)>");
			assertThat(page.locator("#demo-mark")).isHidden();
		}
	}

	@ParameterizedTest
	@CsvSource({ "missing, delete globalThis.WebSocket", "refused, globalThis.WebSocket = class { constructor() { "
			+ "setTimeout(() => this.onclose?.({ code: 1006 })); } close() {} send() {} }" })
	void withoutWebSocketGoesLiveOverSockJsAndSaysSo(String how, String script) {
		Postgres.Database database = Postgres.shared().createDatabase();
		try (RealtimeServer server = RealtimeServer.startWith(database, QUICK); BrowserContext context = context()) {
			context.addInitScript(script);
			Page page = open(context, server, "?range=1h");
			assertLive(page, "sockjs");
			assertThat(page.locator("#connection-badge .badge-transport")).containsText("SockJS");
			database.execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp)"
					+ " VALUES ('a', 'BULK_PERSISTENCE', now() AT TIME ZONE 'UTC')");
			assertThat(metric(page, "overview.ingestions.total")).hasAttribute("data-value", "1", patiently());
		}
	}

	@Test
	void recoversByItselfWhenTheServerIsStoppedAndStartedAgain() {
		Postgres.Database database = Postgres.shared().createDatabase();
		int port = RealtimeServer.freePort();
		String url = "--spring.datasource.url=" + database.url();
		try (BrowserContext context = context()) {
			Page page;
			try (RealtimeServer server = RealtimeServer.startOn(port, url, QUICK[0])) {
				page = open(context, server, "?range=7d");
				assertLive(page, "websocket");
			}
			assertThat(badge(page)).hasAttribute("data-state", "offline", patiently());
			assertThat(page).hasTitle(Pattern.compile("OFFLINE"));
			this.troubles.clear(); // the browser reports the connections that were
									// refused
			try (RealtimeServer server = RealtimeServer.startOn(port, url, QUICK[0])) {
				assertLive(page, "websocket");
				database.execute("INSERT INTO audit_log (audit_id, event_type, event_timestamp)"
						+ " VALUES ('a', 'BULK_PERSISTENCE', now() AT TIME ZONE 'UTC' - interval '3 days')");
				assertThat(metric(page, "overview.ingestions.total")).hasAttribute("data-value", "1", patiently());
				assertThat(server.bean(FeedSubscriptions.class).count()).isEqualTo(4);
			}
			this.troubles.clear();
		}
	}

	@Test
	void saysStaleWhileTheDatabaseIsStoppedAndLiveAgainAfterwards() {
		try (Postgres postgres = Postgres.start();
				RealtimeServer server = RealtimeServer.startWith(postgres.createDatabase(), QUICK);
				BrowserContext context = context()) {
			Page page = open(context, server, "");
			assertLive(page, "websocket");
			postgres.stop();
			assertThat(badge(page)).hasAttribute("data-state", "stale", patiently());
			assertThat(page.locator("#notice")).containsText("The database can't be reached", containsPatiently());
			assertThat(page.locator(".card[data-feed=overview]").first()).hasAttribute("data-state", "stale");
			screenshot(page, "stale");
			postgres.startAgain();
			assertLive(page, "websocket");
			assertThat(page.locator("#notice")).isHidden();
		}
	}

	@Test
	void offersTheRangesThatAreConfigured() {
		try (RealtimeServer server = RealtimeServer.startWith(Postgres.shared().createDatabase(), QUICK[0],
				"--realtime.time-ranges=90m,24h"); BrowserContext context = context()) {
			Page page = open(context, server, "?range=7d");
			assertLive(page, "websocket");
			assertThat(page.locator("#range-picker label")).hasText(new String[] { "90 min", "24 h" });
			assertThat(page).hasURL(Pattern.compile("range=24h"));
			page.locator("#range-picker input[value='90m']").check(new Locator.CheckOptions().setForce(true));
			assertThat(page.locator("#window")).containsText("Last 90 minutes · as of", containsPatiently());
		}
	}

	@Test
	void theRangeTravelsInTheUrlAndChangesOnTheSameConnection() throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		GoldenData golden = GoldenData.read();
		try (RealtimeServer server = RealtimeServer.startWith(database, QUICK[0],
				"--realtime.clock.fixed-at=" + golden.now()); BrowserContext context = context()) {
			GoldenData.load(database);
			Page page = context.newPage();
			List<String> sockets = new ArrayList<>();
			page.onWebSocket((socket) -> sockets.add(socket.url()));
			page.navigate(server.uri("http", "/?range=24h").toString());
			assertThat(metric(page, "overview.ingestions.total")).hasAttribute("data-value", "136", patiently());
			page.locator("#range-picker input[value='30d']").check(new Locator.CheckOptions().setForce(true));
			assertThat(metric(page, "overview.ingestions.total")).hasAttribute("data-value", "565", patiently());
			assertThat(metric(page, "security.audit_events.total")).hasAttribute("data-value", "1310", patiently());
			assertThat(page).hasURL(Pattern.compile("range=30d"));
			assertThat(sockets).hasSize(1);
			page.reload();
			assertThat(metric(page, "overview.ingestions.total")).hasAttribute("data-value", "565", patiently());
			assertThat(page.locator("#range-picker input[value='30d']")).isChecked();
			assertThat(page.locator("#schema-note")).isEmpty(new LocatorAssertions.IsEmptyOptions().setTimeout(30_000));
			takePictures(context, server);
		}
	}

	/** For people to look at. */
	private void takePictures(BrowserContext context, RealtimeServer server) {
		Page page = open(context, server, "?range=30d");
		assertLive(page, "websocket");
		page.setViewportSize(1400, 900);
		screenshot(page, "light");
		page.setViewportSize(390, 844);
		screenshot(page, "phone");
		page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
		page.setViewportSize(1920, 1080);
		screenshot(page, "dark");
	}

	private BrowserContext context() {
		return this.chromium.browser().newContext(new Browser.NewContextOptions().setViewportSize(1400, 900));
	}

	private Page open(BrowserContext context, RealtimeServer server, String query) {
		Page page = context.newPage();
		page.onPageError((error) -> this.troubles.add("page: " + error));
		page.onDialog((dialog) -> {
			this.troubles.add("dialog: " + dialog.message());
			dialog.dismiss();
		});
		page.navigate(server.uri("http", "/" + query).toString());
		return page;
	}

	private static Locator badge(Page page) {
		return page.locator("#connection-badge");
	}

	private static Locator metric(Page page, String name) {
		return page.locator("[data-metric='" + name + "']").first();
	}

	private static void assertLive(Page page, String transport) {
		assertThat(badge(page)).hasAttribute("data-state", "live", patiently());
		assertThat(badge(page)).hasAttribute("data-transport", transport);
		assertThat(badge(page).locator(".badge-word")).hasText("LIVE");
		assertThat(badge(page).locator(".badge-age")).hasText(Pattern.compile("\\d+ s ago"), textPatiently());
	}

	private static LocatorAssertions.HasAttributeOptions patiently() {
		return new LocatorAssertions.HasAttributeOptions().setTimeout(PATIENCE_MS);
	}

	private static LocatorAssertions.HasTextOptions textPatiently() {
		return new LocatorAssertions.HasTextOptions().setTimeout(PATIENCE_MS);
	}

	private static LocatorAssertions.ContainsTextOptions containsPatiently() {
		return new LocatorAssertions.ContainsTextOptions().setTimeout(PATIENCE_MS);
	}

	private static void screenshot(Page page, String name) {
		page.screenshot(new Page.ScreenshotOptions().setPath(Path.of("target", "screenshots", name + ".png"))
			.setFullPage(true));
	}

}
