package io.datadialysis.realtime.snapshot;

import java.time.Clock;

import io.datadialysis.realtime.metrics.SeriesKey;
import io.datadialysis.realtime.metrics.SeriesMetric;
import io.datadialysis.realtime.metrics.SeriesStep;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.metrics.TimeSeries;
import io.datadialysis.realtime.rollup.Rollup;
import org.jspecify.annotations.Nullable;

import org.springframework.core.task.TaskExecutor;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;

/** Time series for requests. */
@Component
public class SeriesReadings {

	private final Rollup source;

	private final Clock clock;

	private final RequestedNumbers<SeriesKey, TimeSeries> requested;

	SeriesReadings(Rollup source, Clock clock, TaskExecutor applicationTaskExecutor, OutageMemory outage) {
		this.source = source;
		this.clock = clock;
		this.requested = new RequestedNumbers<>("Time series", this::compute,
				(series) -> series.times().size() * (series.series().size() + 2), outage, applicationTaskExecutor);
	}

	/**
	 * The time series for one request. Takes three seconds at most.
	 * @param metric which number
	 * @param range over which time
	 * @param step the distance of the points; null to choose one
	 * @return the time series
	 * @throws io.datadialysis.realtime.metrics.InvalidSeriesException when the step makes
	 * too many points, or is too fine so far back
	 * @throws FeedUnavailableException when it can't be computed
	 */
	public TimeSeries forRequest(SeriesMetric metric, TimeRange range, @Nullable SeriesStep step) {
		SeriesStep chosen = SeriesStep.choose(step, range, this.clock.instant(),
				this.source.finestStep(range, this.clock.instant()));
		return this.requested.get(new SeriesKey(metric, range, chosen));
	}

	private TimeSeries compute(SeriesKey key) throws ProblemException {
		try {
			return this.source.compute(key, this.clock.instant());
		}
		catch (DataAccessException ex) {
			throw new ProblemException(ProblemException.classify(ex), ex);
		}
	}

}
