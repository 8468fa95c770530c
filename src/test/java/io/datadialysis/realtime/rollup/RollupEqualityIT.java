package io.datadialysis.realtime.rollup;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import io.datadialysis.realtime.fixtures.Postgres;
import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/** Whatever writers do, the rollup's numbers are the full scan's. */
class RollupEqualityIT {

	private static final Instant NOW = Instant.parse("2026-11-20T14:37:23.456789Z");

	private static final int WRITERS = 4;

	private static final int TRANSACTIONS_BEFORE = 60;

	private static final int COMPARISONS = 40;

	@ParameterizedTest
	@ValueSource(longs = { 1, 20261124 })
	void bucketsTellWhatTheTablesHoldWhileWritersWrite(long seed) throws Exception {
		Postgres.Database database = Postgres.shared().createDatabase();
		// rows that are there before the triggers are
		try (RealtimeServer first = RealtimeServer.startWith(database, "--realtime.clock.fixed-at=" + NOW,
				"--realtime.rollup.poll-interval=10s")) {
			assertThat(first.getJson("/api/health").get("schema").asString()).isEqualTo("ready");
		}
		try (RandomWriter before = new RandomWriter(database, "before", seed, NOW)) {
			for (int i = 0; i < TRANSACTIONS_BEFORE; i++) {
				before.transaction();
			}
		}
		database.execute("SELECT realtime.rollup_rebuild()");
		AtomicBoolean stop = new AtomicBoolean();
		try (RealtimeServer server = RealtimeServer.startWith(database, "--realtime.clock.fixed-at=" + NOW,
				"--realtime.rollup.poll-interval=10ms"); ExecutorService executor = Executors.newCachedThreadPool()) {
			List<Future<?>> writers = new ArrayList<>();
			for (int i = 0; i < WRITERS; i++) {
				String name = "w" + i;
				long writerSeed = seed * 31 + i;
				writers.add(executor.submit(() -> {
					try (RandomWriter writer = new RandomWriter(database, name, writerSeed, NOW)) {
						while (!stop.get()) {
							writer.transaction();
						}
					}
					return null;
				}));
			}
			Comparison comparison = new Comparison(server);
			try {
				int told = 0;
				for (int i = 0; i < COMPARISONS; i++) {
					told += comparison.compareAll(NOW.plusNanos(i * 7_001_000L));
				}
				assertThat(told).isGreaterThan(COMPARISONS);
			}
			finally {
				stop.set(true);
			}
			for (Future<?> writer : writers) {
				writer.get();
			}
			// At rest, buckets tell everything.
			RollupJob job = server.bean(RollupJob.class);
			await().until(() -> job.status().mode() == RollupStatus.Mode.LIVE);
			await().until(() -> comparison.compareAll(NOW) == Comparison.ALL);
			assertThat(comparison.compareAll(NOW.plusSeconds(90_000))).isEqualTo(Comparison.ALL);
		}
	}

}
