package io.datadialysis.realtime.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import io.datadialysis.realtime.metrics.CircuitBreakerStatus;
import io.datadialysis.realtime.metrics.OverviewMetrics;
import io.datadialysis.realtime.metrics.SecurityMetrics;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code (part, name, n)}: single counts, whose name is null, and groups of them,
 * by one statement.
 */
public final class GroupedCounts {

	/** Part to its count. */
	private final Map<String, Long> totals = new HashMap<>();

	/** Part to name to count. */
	private final Map<String, SortedMap<String, Long>> groups = new HashMap<>();

	/**
	 * Reads all rows of a statement.
	 * @param rows rows of {@code (part, name, n)}
	 * @return their counts
	 * @throws SQLException when they can't be read
	 */
	public static GroupedCounts read(ResultSet rows) throws SQLException {
		GroupedCounts counts = new GroupedCounts();
		while (rows.next()) {
			counts.add(rows.getString("part"), rows.getString("name"), rows.getLong("n"));
		}
		return counts;
	}

	private void add(String part, @Nullable String name, long n) {
		if (name == null) {
			this.totals.put(part, n);
		}
		else {
			this.groups.computeIfAbsent(part, (key) -> new TreeMap<>()).put(name, n);
		}
	}

	/**
	 * The count of a part that is not grouped; the statement always returns it, also when
	 * it is 0.
	 */
	public long total(String part) {
		Long n = this.totals.get(part);
		if (n == null) {
			throw new IllegalStateException("The statement returned no '" + part + "'");
		}
		return n;
	}

	/**
	 * The counts of a grouped part by name, in the order of the names; empty when there
	 * is no row.
	 */
	SortedMap<String, Long> group(String part) {
		return this.groups.getOrDefault(part, Collections.emptySortedMap());
	}

	/**
	 * The overview that the counts make: {@code batches}, {@code failed_batches},
	 * {@code failed_records}, {@code patients}, {@code encounters}, {@code observations},
	 * {@code redactions} with {@code by_field}, {@code by_rule} and {@code by_adapter},
	 * and {@code processed} and {@code failures} of the last hour.
	 */
	public OverviewMetrics overview(TimeRange range) {
		long records = total("patients") + total("encounters") + total("observations");
		CircuitBreakerStatus circuitBreaker = CircuitBreakerStatus.of(total("processed"), total("failures"));
		return new OverviewMetrics(range, OverviewMetrics.Ingestions.of(total("batches"), total("failed_batches")),
				OverviewMetrics.Records.of(records, total("failed_records")),
				new OverviewMetrics.Redactions(total("redactions"), group("by_field"), group("by_rule"),
						group("by_adapter")),
				OverviewMetrics.CircuitBreaker.of(circuitBreaker));
	}

	/**
	 * The security feed that the counts make: {@code redactions} with {@code by_rule},
	 * {@code by_adapter} and {@code trend}, whose names are days; {@code audit_events}
	 * with {@code by_severity} and {@code by_type}.
	 */
	public SecurityMetrics security(TimeRange range) {
		List<SecurityMetrics.Day> trend = group("trend").entrySet()
			.stream()
			.map((day) -> new SecurityMetrics.Day(LocalDate.parse(day.getKey()), day.getValue()))
			.toList();
		return new SecurityMetrics(range,
				new SecurityMetrics.Redactions(total("redactions"), group("by_rule"), group("by_adapter"), trend),
				new SecurityMetrics.AuditEvents(total("audit_events"), group("by_severity"), group("by_type")));
	}

}
