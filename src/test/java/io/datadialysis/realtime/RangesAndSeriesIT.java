package io.datadialysis.realtime;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import io.datadialysis.realtime.fixtures.GoldenData;
import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.pipeline.FullScan;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

/** Any range over HTTP, and numbers over time. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RangesAndSeriesIT {

	private static final String DAY = "from=2026-11-19T00:00:00Z&to=2026-11-19T23:59:59.999999Z";

	private final Postgres.Database database = Postgres.shared().createDatabase();

	private final Instant now = GoldenData.read().now();

	private final RealtimeServer server = RealtimeServer.startWith(this.database,
			"--realtime.clock.fixed-at=" + this.now);

	RangesAndSeriesIT() throws IOException, SQLException {
		GoldenData.load(this.database);
		// more groups than a chart can show, on a day on which nothing else happens
		this.database.execute("INSERT INTO logs (log_id, field_name, original_hash, timestamp, rule_triggered)"
				+ " SELECT 'g' || rule || '-' || n, 'f', 'h', '2026-01-15 12:00', 'rule_' || rule"
				+ " FROM generate_series(1, 25) AS rule, generate_series(1, rule) AS n");
		await().until(() -> this.server.getJson("/api/health").at("/rollup/mode").asString().equals("live"));
	}

	@AfterAll
	void stop() {
		this.server.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "5m", "15m", "6h", "36h", "2d", "45d", "90d" })
	void anyRangeCanBeAskedFor(String range) {
		for (Feed feed : List.of(Feed.OVERVIEW, Feed.SECURITY, Feed.PERFORMANCE)) {
			JsonNode body = metrics(feed, "time_range=" + range);
			assertThat(body.get("time_range").asString()).isEqualTo(range);
			assertThat(withoutLatency(body)).isEqualTo(withoutLatency(fullScan(feed, TimeRange.parse(range))));
		}
	}

	@Test
	void anyTwoInstantsCanBeAskedFor() {
		for (Feed feed : List.of(Feed.OVERVIEW, Feed.SECURITY, Feed.PERFORMANCE)) {
			JsonNode body = metrics(feed, "from=2026-11-18T03:00:00.5Z&to=2026-11-19T12:00:00%2B01:00");
			assertThat(withoutLatency(body)).isEqualTo(withoutLatency(
					fullScan(feed, TimeRange.between("2026-11-18T03:00:00.5Z", "2026-11-19T11:00:00Z"))));
			assertThat(body.get("time_range").asString()).isEqualTo("2026-11-18T03:00:00.500Z/2026-11-19T11:00:00Z");
		}
	}

	@Test
	void anEmptyParameterIsTheSameAsNone() {
		assertThat(metrics(Feed.SECURITY, "time_range=&from=&to=").get("time_range").asString()).isEqualTo("7d");
		assertThat(series("metric=ingestions&time_range=&step=").get("time_range").asString()).isEqualTo("24h");
	}

	@Test
	void theCountsOfAllStepsAreThoseOfTheFeed() {
		for (String range : List.of("time_range=1h", "time_range=24h", "time_range=7d", "time_range=30d", DAY)) {
			JsonNode overview = metrics(Feed.OVERVIEW, range);
			JsonNode security = metrics(Feed.SECURITY, range);
			assertThat(sum("ingestions", range, "failed")).isEqualTo(overview.at("/ingestions/failed").asLong());
			assertThat(sum("ingestions", range, "successful"))
				.isEqualTo(overview.at("/ingestions/successful").asLong());
			assertThat(sum("records", range, "failed")).isEqualTo(overview.at("/records/total_failed").asLong());
			assertThat(sum("records", range, "patients") + sum("records", range, "encounters")
					+ sum("records", range, "observations"))
				.isEqualTo(overview.at("/records/total_successful").asLong());
			assertThat(sum("failures", range, "processed")).isEqualTo(security.at("/audit_events/total").asLong());
			assertSameGroups("redactions_by_field", range, overview.at("/redactions/by_field"));
			assertSameGroups("redactions_by_rule", range, security.at("/redactions/by_rule"));
			assertSameGroups("redactions_by_adapter", range, overview.at("/redactions/by_adapter"));
			assertSameGroups("audit_events_by_severity", range, security.at("/audit_events/by_severity"));
			assertSameGroups("audit_events_by_type", range, security.at("/audit_events/by_type"));
		}
	}

	@Test
	void aStepIsWhatTheFeedIsForItsTime() {
		JsonNode performance = metrics(Feed.PERFORMANCE, DAY);
		JsonNode latency = series("metric=latency&step=1d&" + DAY);
		for (String line : List.of("avg_processing_time_ms", "p50_ms", "p95_ms", "p99_ms")) {
			assertThat(latency.at("/series/" + line + "/0").asDouble()).as(line)
				.isPositive()
				.isEqualTo(performance.at("/latency/" + line).asDouble());
		}
		JsonNode throughput = series("metric=throughput&step=1d&" + DAY);
		for (String line : List.of("records_per_second", "peak_records_per_second")) {
			assertThat(throughput.at("/series/" + line + "/0").asDouble()).as(line)
				.isPositive()
				.isEqualTo(performance.at("/throughput/" + line).asDouble(), within(1e-9));
		}
	}

	@Test
	void aStepWithoutRowsIsNullAndOneWithOthersIsZero() {
		JsonNode series = series("metric=redactions_by_rule&step=6h&from=2026-01-15T00:30:00Z&to=2026-01-15T23:30:00Z");
		assertThat(series.get("step").asString()).isEqualTo("6h");
		assertThat(series.get("from").asString()).isEqualTo("2026-01-15T00:30:00Z");
		assertThat(series.get("to").asString()).isEqualTo("2026-01-15T23:30:00Z");
		assertThat(values(series.get("times"))).containsExactly("2026-01-15T00:00:00Z", "2026-01-15T06:00:00Z",
				"2026-01-15T12:00:00Z", "2026-01-15T18:00:00Z");
		assertThat(values(series.at("/series/rule_25"))).containsExactly("", "", "25", "");
		// the largest twenty of twenty-five, and 1 + 2 + 3 + 4 + 5 in the others
		assertThat(series.get("series").propertyNames()).hasSize(20)
			.startsWith("rule_25", "rule_24")
			.endsWith("rule_6");
		assertThat(values(series.get("others"))).containsExactly("", "", "15", "");
		JsonNode ingestions = series("metric=ingestions&step=1h&time_range=24h");
		for (int i = 0; i < ingestions.get("times").size(); i++) {
			assertThat(ingestions.at("/series/failed/" + i).isNull())
				.isEqualTo(ingestions.at("/series/successful/" + i).isNull());
		}
		assertThat(values(ingestions.at("/series/failed"))).contains("0");
	}

	@Test
	void nothingAtAllIsNullEverywhere() {
		JsonNode series = series("metric=ingestions&step=1d&from=2020-01-01T00:00:00Z&to=2020-01-25T00:00:00Z");
		assertThat(values(series.at("/series/successful"))).hasSize(25).containsOnly("");
		assertThat(series("metric=audit_events_by_type&from=2020-01-01T00:00:00Z&to=2020-01-02T00:00:00Z").get("series")
			.size()).isZero();
	}

	@ParameterizedTest
	@CsvSource({ "5m, 2s", "1h, 30s", "24h, 10m", "7d, 1h", "90d, 12h" })
	void withoutAStepThereAreUpToSomeTwoHundredPoints(String range, String step) {
		JsonNode series = series("metric=latency&time_range=" + range);
		assertThat(series.get("step").asString()).isEqualTo(step);
		assertThat(series.get("times").size()).isBetween(120, 200);
		Instant first = Instant.parse(series.at("/times/0").asString());
		assertThat(first).isBeforeOrEqualTo(Instant.parse(series.get("from").asString()));
		assertThat(Duration.between(first, Instant.parse(series.get("from").asString())))
			.isLessThan(Duration.parse("PT" + step.toUpperCase(Locale.ROOT)));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			value = { "series | metric is missing", "series?metric=cpu | metric 'cpu' is not known",
					"series?metric=latency&step=7m | step '7m'", "series?metric=latency&time_range=90d&step=1m | 1000",
					"series?metric=latency&step=1m&from=2026-10-01T00:00:00Z&to=2026-10-01T12:00:00Z | 1h or longer",
					"series?metric=latency&time_range=5y | time_range '5y'",
					"series?metric=latency'%3B drop table logs | metric", "series?metric=latency&step=1h'%3B-- | step",
					"overview?time_range=4m | 5m to 90d", "overview?from=2026-11-19T00:00:00Z | 'to' is missing",
					"security?to=2026-11-19T00:00:00Z | 'from' is missing",
					"overview?from=2026-11-19T00:00:00Z&to=soon | 'to' must be a time",
					"overview?from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z | later than",
					"overview?from=2027-01-01T00:00:00Z&to=2027-01-02T00:00:00Z | future",
					"overview?from=2020-01-01T00:00:00Z&to=2026-01-02T00:00:00Z | 366 days",
					"performance?time_range=1h&from=2026-11-19T00:00:00Z&to=2026-11-20T00:00:00Z | not both",
					"overview?from=<script>&to=2026-11-20T00:00:00Z | 'from' must be a time" })
	void whatCanNotBeAnsweredIsABadRequestThatSaysWhy(String request, String reason) {
		HttpResponse<String> response = this.server
			.get("/api/metrics/" + request.strip().replace(" ", "%20").replace("<", "%3C").replace(">", "%3E"));
		assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/problem+json");
		assertThat(JsonMapper.shared().readTree(response.body()).get("detail").asString()).contains(reason);
	}

	@Test
	void aHeaderIsNoParameter() {
		for (String header : List.of("To", "From", "time_range", "Metric")) {
			HttpRequest request = HttpRequest.newBuilder(this.server.uri("http", "/api/metrics/overview"))
				.header(header, "1h")
				.build();
			assertThat(JsonMapper.shared().readTree(RealtimeServer.send(request).body()).get("time_range").asString())
				.as(header)
				.isEqualTo("24h");
		}
	}

	@Test
	void theDescriptionNamesEveryMetric() {
		JsonNode parameters = this.server.getJson("/api/openapi.json")
			.at("/paths/~1api~1metrics~1series/get/parameters");
		List<String> metrics = new ArrayList<>();
		parameters.forEach((parameter) -> parameter.at("/schema/enum").forEach((name) -> metrics.add(name.asString())));
		assertThat(metrics)
			.containsExactlyElementsOf(Stream.of(SeriesMetric.values()).map(SeriesMetric::text).toList());
	}

	@Test
	void healthNamesTheRangesThatCanBeListenedTo() {
		assertThat(values(this.server.getJson("/api/health").get("time_ranges"))).containsExactly("1h", "6h", "24h",
				"7d", "30d");
	}

	@Test
	void theDescriptionOfTheApiKnowsTheParameters() {
		JsonNode parameters = this.server.getJson("/api/openapi.json")
			.at("/paths/~1api~1metrics~1series/get/parameters");
		List<String> names = new ArrayList<>();
		parameters.forEach((parameter) -> names.add(parameter.get("name").asString()));
		assertThat(names).containsExactlyInAnyOrder("metric", "time_range", "from", "to", "step");
	}

	private JsonNode metrics(Feed feed, String query) {
		String name = (feed == Feed.OVERVIEW) ? "overview" : feed.topic();
		return this.server.getJson("/api/metrics/" + name + "?" + query);
	}

	private JsonNode series(String query) {
		HttpResponse<String> response = this.server.get("/api/metrics/series?" + query);
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return JsonMapper.shared().readTree(response.body());
	}

	private JsonNode fullScan(Feed feed, TimeRange range) {
		JsonMapper json = JsonMapper.shared();
		return json.readTree(json
			.writeValueAsString(this.server.bean(FullScan.class).compute(new FeedRange(feed, range), this.now)));
	}

	/**
	 * Percentiles come from steps of a scale; that they are close is tested elsewhere.
	 */
	private static JsonNode withoutLatency(JsonNode metrics) {
		return ((ObjectNode) metrics.deepCopy()).without("latency");
	}

	private void assertSameGroups(String metric, String range, JsonNode expected) {
		assertThat(expected.size()).isPositive();
		JsonNode series = series("metric=" + metric + "&" + range).get("series");
		assertThat(series.size()).isEqualTo(expected.size());
		expected.properties()
			.forEach((group) -> assertThat(sum(series.get(group.getKey()))).as(metric + " " + group.getKey())
				.isEqualTo(group.getValue().asLong()));
	}

	private long sum(String metric, String range, String line) {
		return sum(series("metric=" + metric + "&" + range).at("/series/" + line));
	}

	private static long sum(JsonNode values) {
		long sum = 0;
		for (JsonNode value : values) {
			sum += value.asLong(0);
		}
		return sum;
	}

	private static List<String> values(JsonNode array) {
		List<String> values = new ArrayList<>();
		array.forEach((value) -> values.add(value.asString("")));
		return values;
	}

}
