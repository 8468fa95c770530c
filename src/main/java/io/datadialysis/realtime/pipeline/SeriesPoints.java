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
	 * Adds a row of {@code (at, name, n)}: how many rows of a line fall into the step
	 * that begins at a time. Those without a name count in no line.
	 */
	public void addCount(ResultSet row) throws SQLException {
		int place = place(row);
		this.present[place] = true;
		String name = row.getString("name");
		if (name != null) {
			long n = row.getLong("n");
			line(name)[place] = n;
			this.totals.merge(name, n, Long::sum);
		}
	}

	/**
	 * Adds a row of {@code at} and what {@link PerformanceSums} is made of: the batches
	 * of the step that begins at a time.
	 */
	public void addBatches(ResultSet row) throws SQLException {
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
		List<String> others = List.of();
		if (this.key.metric().lines().isEmpty()) {
			names.sort(Comparator.comparingLong((String name) -> -this.totals.getOrDefault(name, 0L))
				.thenComparing(Comparator.naturalOrder()));
			others = names.subList(Math.min(MOST_GROUPS, names.size()), names.size());
			names = names.subList(0, names.size() - others.size());
		}
		Map<String, List<@Nullable Number>> series = new LinkedHashMap<>();
		names.forEach((name) -> series.put(name, filled(line(name))));
		return new TimeSeries(this.key.metric(), this.key.range(), this.key.step(),
				this.window.from().toInstant(ZoneOffset.UTC), this.window.to().toInstant(ZoneOffset.UTC), this.times,
				series, others.isEmpty() ? null : sum(others));
	}

	private List<@Nullable Number> filled(@Nullable Number[] line) {
		List<@Nullable Number> values = new ArrayList<>(line.length);
		for (int place = 0; place < line.length; place++) {
			Number value = line[place];
			values.add((value == null && this.present[place]) ? Long.valueOf(0) : value);
		}
		return Collections.unmodifiableList(values);
	}

	private List<@Nullable Number> sum(List<String> names) {
		@Nullable Number[] sums = new @Nullable Number[this.times.size()];
		for (String name : names) {
			@Nullable Number[] line = line(name);
			for (int place = 0; place < sums.length; place++) {
				Number value = line[place];
				Number before = sums[place];
				if (value != null) {
					sums[place] = value.longValue() + ((before != null) ? before.longValue() : 0);
				}
			}
		}
		return filled(sums);
	}

}
