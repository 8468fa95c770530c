package io.datadialysis.realtime.pipeline;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import io.datadialysis.realtime.metrics.PerformanceMetrics;
import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.TimeSeries;
import org.jspecify.annotations.Nullable;

/** The points of a time series as they come from the database, in any order. */
public final class SeriesPoints {

	/** More lines than this are one too many for a chart. */
	private static final int MOST_GROUPS = 20;

	private final SeriesKey key;

	private final Window window;

	private final List<Instant> times = new ArrayList<>();

	/** Time to its place among the times. */
	private final Map<Instant, Integer> places = new HashMap<>();

	/** Whether there was any row in the step. */
	private final boolean[] present;

	/** Line to its values by place. */
	private final Map<String, @Nullable Number[]> lines = new LinkedHashMap<>();

	/** The sum of all lines that are too many; null when there is none. */
	private @Nullable Number @Nullable [] others;

	/** Line to its total, where it is a count. */
	private final Map<String, Long> totals = new HashMap<>();

	/**
	 * Begins without any point.
	 * @param key which time series
	 * @param window its window
	 */
	public SeriesPoints(SeriesKey key, Window window) {
		this.key = key;
		this.window = window;
		Instant end = window.to().toInstant(ZoneOffset.UTC);
		for (Instant time = key.step().floor(window.from().toInstant(ZoneOffset.UTC)); !time.isAfter(end); time = time
			.plus(key.step().length())) {
			this.places.put(time, this.times.size());
			this.times.add(time);
		}
		this.present = new boolean[this.times.size()];
		key.metric().lines().forEach(this::line);
	}

	private @Nullable Number[] line(String name) {
		return this.lines.computeIfAbsent(name, (key) -> new @Nullable Number[this.times.size()]);
	}

	/**
	 * The query that keeps the names with most rows and adds up the others, so that no
	 * number of names fills the memory.
	 * @param counted the name of a common table expression of {@code (at, name, n)}
	 * @return a query of {@code (at, name, is_other, n)}, further expressions first
	 */
	public static String limited(String counted) {
		return """
				, top AS (
				  SELECT name FROM COUNTED WHERE name IS NOT NULL
				   GROUP BY name ORDER BY sum(n) DESC, name COLLATE "C" LIMIT MOST
				)
				SELECT at, top.name, COUNTED.name IS NOT NULL AND top.name IS NULL AS is_other, sum(n) AS n
				  FROM COUNTED LEFT JOIN top ON top.name = COUNTED.name
				 GROUP BY 1, 2, 3
				""".replace("COUNTED", counted).replace("MOST", String.valueOf(MOST_GROUPS));
	}

	/**
	 * Adds a row, of {@code at} and either {@code (name, is_other, n)}, how many rows of
	 * a line fall into the step that begins then, or what {@link PerformanceSums} is made
	 * of. Rows without a name count in no line.
	 */
	public void add(ResultSet row) throws SQLException {
		if (isOfBatches(this.key.metric())) {
			addBatches(row);
		}
		else {
			addCount(row);
		}
	}

	/** Whether a metric is made of batches and not of counts. */
	public static boolean isOfBatches(SeriesMetric metric) {
		return metric == SeriesMetric.THROUGHPUT || metric == SeriesMetric.LATENCY;
	}

	private void addCount(ResultSet row) throws SQLException {
		int place = place(row);
		this.present[place] = true;
		String name = row.getString("name");
		long n = row.getLong("n");
		if (name != null) {
			line(name)[place] = n;
			this.totals.merge(name, n, Long::sum);
		}
		else if (row.getBoolean("is_other")) {
			if (this.others == null) {
				this.others = new @Nullable Number[this.times.size()];
			}
			this.others[place] = n;
		}
	}

	private void addBatches(ResultSet row) throws SQLException {
		int place = place(row);
		PerformanceSums sums = PerformanceSums.read(row);
		PerformanceMetrics metrics = sums.metrics(this.key.range());
		if (this.key.metric() == SeriesMetric.LATENCY) {
			line("avg_processing_time_ms")[place] = metrics.latency().avgProcessingTimeMs();
			line("p50_ms")[place] = metrics.latency().p50Ms();
			line("p95_ms")[place] = metrics.latency().p95Ms();
			line("p99_ms")[place] = metrics.latency().p99Ms();
		}
		else if (sums.records() != null) {
			line("records_per_second")[place] = metrics.throughput().recordsPerSecond();
			line("peak_records_per_second")[place] = metrics.throughput().peakRecordsPerSecond();
		}
	}

	private int place(ResultSet row) throws SQLException {
		Instant time = row.getObject("at", LocalDateTime.class).toInstant(ZoneOffset.UTC);
		Integer place = this.places.get(time);
		if (place == null) {
			throw new IllegalStateException("The statement returned a step that is not in the window: " + time);
		}
		return place;
	}

	/** The time series that they make. */
	public TimeSeries series() {
		List<String> names = new ArrayList<>(this.lines.keySet());
		if (this.key.metric().lines().isEmpty()) {
			names.sort(Comparator.comparingLong((String name) -> -this.totals.getOrDefault(name, 0L))
				.thenComparing(Comparator.naturalOrder()));
		}
		Map<String, List<@Nullable Number>> series = new LinkedHashMap<>();
		names.forEach((name) -> series.put(name, filled(line(name))));
		return new TimeSeries(this.key.metric(), this.key.range(), this.key.step(),
				this.window.from().toInstant(ZoneOffset.UTC), this.window.to().toInstant(ZoneOffset.UTC), this.times,
				series, (this.others != null) ? filled(this.others) : null);
	}

	private List<@Nullable Number> filled(@Nullable Number[] line) {
		List<@Nullable Number> values = new ArrayList<>(line.length);
		for (int place = 0; place < line.length; place++) {
			Number value = line[place];
			values.add((value == null && this.present[place]) ? Long.valueOf(0) : value);
		}
		return Collections.unmodifiableList(values);
	}

}
