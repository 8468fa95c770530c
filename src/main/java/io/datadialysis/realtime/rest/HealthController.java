package io.datadialysis.realtime.rest;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.datadialysis.realtime.database.DatabaseProbe;
import io.datadialysis.realtime.database.RowsOrigin;
import io.datadialysis.realtime.database.SchemaMigration;
import io.datadialysis.realtime.snapshot.SnapshotProperties;
import io.datadialysis.realtime.snapshot.Snapshots;
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

	private final Snapshots snapshots;

	private final WatchedFeeds watchedFeeds;

	private final RowsOrigin rowsOrigin;

	private final Duration updateInterval;

	private final String version;

	private final Clock clock;

	HealthController(DatabaseProbe database, SchemaMigration schema, Snapshots snapshots, WatchedFeeds watchedFeeds,
			RowsOrigin rowsOrigin, SnapshotProperties properties, BuildProperties build, Clock clock) {
		this.database = database;
		this.schema = schema;
		this.snapshots = snapshots;
		this.watchedFeeds = watchedFeeds;
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
				this.schema.state().name().toLowerCase(Locale.ROOT).replace('_', '-'), this.updateInterval.toMillis());
	}

	private Status status(DatabaseProbe.Answer answer) {
		if (!answer.connected()) {
			return Status.UNHEALTHY;
		}
		return switch (this.schema.state()) {
			case FAILED -> Status.UNHEALTHY;
			case PENDING -> Status.DEGRADED;
			case READY, READ_ONLY ->
				this.snapshots.isAnyStale(this.watchedFeeds.watched()) ? Status.DEGRADED : Status.HEALTHY;
		};
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
	 * @param status healthy; degraded: a feed that somebody watches is stale, or the
	 * schema is not migrated yet; unhealthy: the database does not answer, or its schema
	 * can't be migrated
	 * @param timestamp when, with a Z
	 * @param version the server's version
	 * @param database the database
	 * @param dataOrigin {@code pipeline}, or {@code demo} when made-up rows of the demo
	 * pipeline are among those counted
	 * @param schema {@code ready}; {@code pending}: not migrated yet; {@code read-only}:
	 * the role may not create tables, those that are there are read; {@code failed}: the
	 * log says why
	 * @param updateIntervalMs how often a feed is published at least, in milliseconds: a
	 * client that hears nothing for longer knows that its numbers are old
	 */
	record Health(@JsonProperty("status") String status, @JsonProperty("timestamp") Instant timestamp,
			@JsonProperty("version") String version, @JsonProperty("database") Database database,
			@JsonProperty("data_origin") String dataOrigin, @JsonProperty("schema") String schema,
			@JsonProperty("update_interval_ms") long updateIntervalMs) {

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
