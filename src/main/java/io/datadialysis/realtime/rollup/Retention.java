package io.datadialysis.realtime.rollup;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Drops short buckets when the longer ones that cover them are enough. */
@Component
class Retention {

	private static final String MOVE_HORIZONS = """
			UPDATE realtime.rollup_state
			   SET seconds_from = greatest(seconds_from, date_bin('1 minute', :seconds, TIMESTAMP '2000-01-01')),
			       minutes_from = greatest(minutes_from, date_bin('1 hour', :minutes, TIMESTAMP '2000-01-01')),
			       hours_from = greatest(hours_from, date_bin('1 day', :hours, TIMESTAMP '2000-01-01'))
			""";

	private static final String DROP = """
			DELETE FROM realtime.rollup_bucket
			 WHERE measure = ANY (enum_range(CAST(NULL AS realtime.measure)))
			   AND level = :level
			   AND start < (SELECT CASE :level WHEN 0 THEN seconds_from WHEN 1 THEN minutes_from ELSE hours_from END
			                  FROM realtime.rollup_state)
			""";

	private static final int LONGEST_DROPPED = 2;

	private final JdbcClient jdbc;

	private final RollupTransactions transactions;

	private final RollupProperties properties;

	Retention(JdbcClient jdbc, RollupTransactions transactions, RollupProperties properties) {
		this.jdbc = jdbc;
		this.transactions = transactions;
		this.properties = properties;
	}

	/**
	 * Moves the horizons, never backwards, and drops what lies behind them.
	 * @param now the present
	 */
	void apply(Instant now) {
		this.transactions.run(() -> {
			this.jdbc.sql(MOVE_HORIZONS)
				.param("seconds", before(now, this.properties.keepSeconds()))
				.param("minutes", before(now, this.properties.keepMinutes()))
				.param("hours", before(now, this.properties.keepHours()))
				.update();
			int dropped = 0;
			for (int level = 0; level <= LONGEST_DROPPED; level++) {
				dropped += this.jdbc.sql(DROP).param("level", level).update();
			}
			return dropped;
		});
	}

	private static LocalDateTime before(Instant now, Duration kept) {
		return LocalDateTime.ofInstant(now.minus(kept), ZoneOffset.UTC);
	}

}
