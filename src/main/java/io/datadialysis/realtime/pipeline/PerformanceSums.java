package io.datadialysis.realtime.pipeline;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.sql.ResultSet;
import java.sql.SQLException;

import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * What the performance feed is made of. Quotients are rounded once, from exact sums, so
 * that the same rows give the same numbers however they were added up.
 *
 * @param batches all batches
 * @param records the records of the batches with a positive count; null when there is no
 * such batch
 * @param seconds the sum of their times; null when none has one
 * @param elapsed seconds from the first of them to the last, at least 1; null when there
 * is none
 * @param peak the highest rate of a single one; null when none has a time
 * @param timings how many batches have a processing time in milliseconds
 * @param milliseconds the sum of these times; null when there is none
 * @param p50 their median in milliseconds; null when there is none
 * @param p95 their 95th percentile, likewise
 * @param p99 their 99th percentile, likewise
 */
public record PerformanceSums(long batches, @Nullable BigDecimal records, @Nullable BigDecimal seconds,
		@Nullable BigDecimal elapsed, @Nullable BigDecimal peak, long timings, @Nullable BigDecimal milliseconds,
		@Nullable BigDecimal p50, @Nullable BigDecimal p95, @Nullable BigDecimal p99) {

	private static final int DECIMALS = 2;

	/** Reads a row whose columns are named as the components are. */
	public static PerformanceSums read(ResultSet row) throws SQLException {
		return new PerformanceSums(row.getLong("batches"), row.getBigDecimal("records"), row.getBigDecimal("seconds"),
				row.getBigDecimal("elapsed"), row.getBigDecimal("peak"), row.getLong("timings"),
				row.getBigDecimal("milliseconds"), row.getBigDecimal("p50"), row.getBigDecimal("p95"),
				row.getBigDecimal("p99"));
	}

	/** The feed that they make. */
	public PerformanceMetrics metrics(TimeRange range) {
		Double rate = quotient(this.records, (this.seconds != null) ? this.seconds : this.elapsed);
		return new PerformanceMetrics(range,
				new PerformanceMetrics.Throughput((rate != null) ? rate : 0, null, rounded(this.peak)),
				new PerformanceMetrics.Latency(quotient(this.milliseconds, BigDecimal.valueOf(this.timings)),
						rounded(this.p50), rounded(this.p95), rounded(this.p99)),
				new PerformanceMetrics.FileProcessing(this.batches, null, null),
				new PerformanceMetrics.Memory(null, null));
	}

	private static @Nullable Double quotient(@Nullable BigDecimal sum, @Nullable BigDecimal by) {
		return (sum != null && by != null) ? rounded(sum.divide(by, DECIMALS, RoundingMode.HALF_EVEN)) : null;
	}

	/**
	 * JSON has no infinity: a rate past the largest double, from an absurdly small time,
	 * is shown as that double.
	 */
	private static @Nullable Double rounded(@Nullable BigDecimal value) {
		return (value != null)
				? Math.min(value.setScale(DECIMALS, RoundingMode.HALF_EVEN).doubleValue(), Double.MAX_VALUE) : null;
	}

}
