package io.datadialysis.realtime.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

import org.jspecify.annotations.Nullable;

/**
 * Rows of {@code (part, name, n)}: single counts, whose name is null, and groups of them,
 * by one statement.
 */
final class GroupedCounts {

	private final Map<String, Long> totals = new HashMap<>(); // part -> n

	private final Map<String, SortedMap<String, Long>> groups = new HashMap<>(); // part
																					// ->
																					// name
																					// ->
																					// n

	static GroupedCounts read(ResultSet rows) throws SQLException {
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
	long total(String part) {
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

}
