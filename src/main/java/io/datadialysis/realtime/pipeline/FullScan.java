package io.datadialysis.realtime.pipeline;

import java.time.Instant;

import io.datadialysis.realtime.metrics.CircuitBreakerStatus;
import io.datadialysis.realtime.metrics.FeedMetrics;
import io.datadialysis.realtime.metrics.FeedRange;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Computes the metrics of a feed by reading the rows of its window: one statement for
 * each feed, hence one database snapshot. The definitions of the numbers stand with the
 * fields of the metrics.
 */
@Component
public class FullScan {

	private final JdbcClient jdbc;

	private final OverviewScan overview;

	private final SecurityScan security;

	private final PerformanceScan performance;

	FullScan(JdbcClient jdbc) {
		this.jdbc = jdbc;
		this.overview = new OverviewScan(jdbc);
		this.security = new SecurityScan(jdbc);
		this.performance = new PerformanceScan(jdbc);
	}

	/**
	 * Computes the numbers of a feed.
	 * @param key the feed and its range
	 * @param now the present, where ranges end; finer parts than microseconds are cut off
	 * @return the numbers
	 * @throws org.springframework.dao.DataAccessException when the database does not
	 * answer, or not with these tables
	 */
	public FeedMetrics compute(FeedRange key, Instant now) {
		Window window = Window.of(key.range(), now);
		return switch (key.feed()) {
			case OVERVIEW -> this.overview.read(key.range(), window, window.lastHour());
			case SECURITY -> this.security.read(key.range(), window);
			case PERFORMANCE -> this.performance.read(key.range(), window);
			case CIRCUIT_BREAKER -> circuitBreaker(window);
		};
	}

	private CircuitBreakerStatus circuitBreaker(Window window) {
		return this.jdbc.sql("""
				SELECT count(*) AS processed,
				       count(*) FILTER (WHERE severity IN ('ERROR', 'CRITICAL')) AS failures
				  FROM public.audit_log
				 WHERE event_timestamp BETWEEN :from AND :to
				""")
			.param("from", window.from())
			.param("to", window.to())
			.query((row, index) -> CircuitBreakerStatus.of(row.getLong("processed"), row.getLong("failures")))
			.single();
	}

}
