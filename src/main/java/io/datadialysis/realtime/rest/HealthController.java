package io.datadialysis.realtime.rest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.datadialysis.realtime.database.DatabaseProbe;
import io.datadialysis.realtime.database.RowsOrigin;
import io.datadialysis.realtime.database.SchemaMigration;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.rollup.RollupJob;
import io.datadialysis.realtime.rollup.RollupStatus;
import io.datadialysis.realtime.snapshot.SnapshotProperties;
import io.datadialysis.realtime.snapshot.Snapshots;
import io.datadialysis.realtime.snapshot.TopicRanges;
import io.datadialysis.realtime.snapshot.WatchedFeeds;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.tags.Tag;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.info.BuildProperties;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * How the server is, in the words of the system that it replaces; always answered with
 * 200.
 */
@RestController
@Tag(name = "Health")
class HealthController {

	private final DatabaseProbe database;

	private final SchemaMigration schema;

	private final RollupJob rollup;

	private final Snapshots snapshots;

	private final WatchedFeeds watchedFeeds;

	private final TopicRanges topicRanges;

	private final RowsOrigin rowsOrigin;

	private final Duration updateInterval;

	private final String version;

	private final Clock clock;

	HealthController(DatabaseProbe database, SchemaMigration schema, RollupJob rollup, Snapshots snapshots,
			WatchedFeeds watchedFeeds, TopicRanges topicRanges, RowsOrigin rowsOrigin, SnapshotProperties properties,
			BuildProperties build, Clock clock) {
		this.database = database;
		this.schema = schema;
		this.rollup = rollup;
		this.snapshots = snapshots;
		this.watchedFeeds = watchedFeeds;
		this.topicRanges = topicRanges;
		this.rowsOrigin = rowsOrigin;
		this.updateInterval = properties.updateInterval();
		this.version = String.valueOf(build.getVersion());
		this.clock = clock;
	}

	@GetMapping("/api/health")
	@Operation(summary = "Whether the server and its database are well")
	Health health() {
		DatabaseProbe.Answer answer = this.database.ask();
		return new Health(status(answer).text(), this.clock.instant(), this.version,
				new Database(answer.connected() ? "connected" : "disconnected", "postgresql", answer.responseTimeMs()),
				this.rowsOrigin.now().name().toLowerCase(Locale.ROOT),
				this.schema.state().name().toLowerCase(Locale.ROOT).replace('_', '-'),
				RollupHealth.of(this.rollup.status()), this.updateInterval.toMillis(), this.topicRanges.all());
	}

	private Status status(DatabaseProbe.Answer answer) {
		if (!answer.connected()) {
			return Status.UNHEALTHY;
		}
		return switch (this.schema.state()) {
			case FAILED -> Status.UNHEALTHY;
			case PENDING -> Status.DEGRADED;
			case READY, READ_ONLY -> isDegraded() ? Status.DEGRADED : Status.HEALTHY;
		};
	}

	private boolean isDegraded() {
		RollupStatus.Mode mode = this.rollup.status().mode();
		return mode == RollupStatus.Mode.BACKFILLING || mode == RollupStatus.Mode.FAILING
				|| this.snapshots.isAnyStale(this.watchedFeeds.watched());
	}

	private enum Status {

		HEALTHY, DEGRADED, UNHEALTHY;

		String text() {
			return name().toLowerCase(Locale.ROOT);
		}

	}

	/**
	 * The answer.
	 *
	 * @param status healthy; degraded: a feed that somebody watches is stale, rows that
	 * were there before are still being counted, or the schema is not migrated yet;
	 * unhealthy: the database does not answer, or its schema can't be migrated
	 * @param timestamp when, with a Z
	 * @param version the server's version
	 * @param database the database
	 * @param dataOrigin {@code pipeline}, or {@code demo} when made-up rows of the demo
	 * pipeline are among those counted
	 * @param schema {@code ready}; {@code pending}: not migrated yet; {@code read-only}:
	 * the role may not create tables, those that are there are read; {@code failed}: the
	 * log says why
	 * @param rollup where the numbers come from
	 * @param updateIntervalMs how often a feed is published at least, in milliseconds: a
	 * client that hears nothing for longer knows that its numbers are old
	 * @param timeRanges the ranges that topics offer, from the shortest to the longest
	 */
	record Health(@JsonProperty("status") String status, @JsonProperty("timestamp") Instant timestamp,
			@JsonProperty("version") String version, @JsonProperty("database") Database database,
			@JsonProperty("data_origin") String dataOrigin, @JsonProperty("schema") String schema,
			@JsonProperty("rollup") RollupHealth rollup, @JsonProperty("update_interval_ms") long updateIntervalMs,
			@JsonProperty("time_ranges") List<TimeRange> timeRanges) {

	}

	/**
	 * Where the numbers come from.
	 *
	 * @param mode {@code live}: from counts that are kept up to date;
	 * {@code backfilling}: those of longer ranges from the tables, until all rows are
	 * counted; {@code full-scan}: from the tables, because the role may not create
	 * triggers; {@code failing}: counts can't be kept up to date, the log says why;
	 * {@code starting}: not known yet
	 * @param coveredFrom while backfilling, from when on everything is counted, with a Z;
	 * else null
	 * @param percent while backfilling, an estimate of what is counted, 0 to 99; else
	 * null
	 */
	record RollupHealth(@JsonProperty("mode") String mode, @JsonProperty("covered_from") @Nullable Instant coveredFrom,
			@JsonProperty("percent") @Nullable Integer percent) {

		static RollupHealth of(RollupStatus status) {
			return new RollupHealth(status.mode().name().toLowerCase(Locale.ROOT).replace('_', '-'),
					status.coveredFrom(), status.percent());
		}

	}

	/**
	 * The database.
	 *
	 * @param status connected or disconnected
	 * @param type always postgresql
	 * @param responseTimeMs how long it took to answer, in milliseconds; null when it did
	 * not
	 */
	record Database(@JsonProperty("status") String status, @JsonProperty("type") String type,
			@JsonProperty("response_time_ms") @Nullable Double responseTimeMs) {

	}

}
