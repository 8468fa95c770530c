package io.datadialysis.realtime.demo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Makes up batches: from the seed, the instant and the number of batches so far, and no
 * database. Safe for several threads.
 */
final class DemoGenerator {

	private static final int REDACTIONS_MIN = 20;

	private static final int REDACTIONS_MAX = 60;

	/** How much more a file of the nightly load holds. */
	private static final int PEAK_FACTOR = 4;

	/** Files per minute of history in office hours. */
	private static final double HISTORY_RATE = 4.0 / 60;

	/** The same while files fail: each is tried again and again. */
	private static final double HISTORY_RATE_BAD = 10.0 / 60;

	/**
	 * Live files come every few seconds and not every few minutes as those of the
	 * history: much smaller ones, or the first day would dwarf the thirty before it.
	 */
	private static final double LIVE_SCALE = 0.1;

	private static final double RETURNING = 0.25;

	private static final int RECENT_VISITS = 200;

	private final long seed;

	private final DemoIds ids;

	private final DemoRhythm rhythm;

	/** Visits that a later file may update, guarded by this. */
	private final List<DemoVisit> recent = new ArrayList<>();

	/** Batches so far, guarded by this. */
	private long batches;

	DemoGenerator(long seed, DemoIds ids) {
		this.seed = seed;
		this.ids = ids;
		this.rhythm = new DemoRhythm(seed);
	}

	/** The file that has just been loaded; quiet hours make it smaller. */
	synchronized DemoBatch live(Instant now) {
		return batch(now, LIVE_SCALE * this.rhythm.load(now));
	}

	/**
	 * The files that were loaded from one instant to another (exclusive), oldest first;
	 * quiet hours make them rarer.
	 */
	synchronized List<DemoBatch> history(Instant from, Instant to) {
		// A visit from another stretch must not be moved here: history is written
		// backwards, and an update only ever moves a row forward.
		this.recent.clear();
		List<DemoBatch> batches = new ArrayList<>();
		for (Instant minute = from; minute.isBefore(to); minute = minute.plus(1, ChronoUnit.MINUTES)) {
			SplittableRandom random = random(minute);
			double rate = this.rhythm.isBadHour(minute) ? HISTORY_RATE_BAD : this.rhythm.load(minute) * HISTORY_RATE;
			Instant at = minute.plus(random.nextLong(Duration.ofMinutes(1).toMillis()), ChronoUnit.MILLIS);
			if (random.nextDouble() < rate && at.isBefore(to)) {
				batches.add(batch(at, 1));
			}
		}
		this.recent.clear();
		return batches;
	}

	private DemoBatch batch(Instant at, double scale) {
		this.batches++;
		SplittableRandom random = random(at);
		boolean peak = this.rhythm.isPeak(at);
		int redactions = scaled(random.nextInt(REDACTIONS_MIN, REDACTIONS_MAX + 1), scale);
		int visits = scaled(random.nextInt(2, 5), peak ? PEAK_FACTOR : scale);
		var ingestion = new DemoIngestion(new DemoDraw(random), this.ids, at.truncatedTo(ChronoUnit.MICROS), peak,
				this.rhythm.isBadHour(at));
		List<DemoVisit> chosen = visits(visits, random);
		DemoBatch batch = ingestion.load(chosen, redactions);
		if (!batch.observations().isEmpty()) {
			remember(chosen);
		}
		return batch;
	}

	private List<DemoVisit> visits(int count, SplittableRandom random) {
		// A set: one statement can't update the same row twice.
		var visits = new LinkedHashSet<DemoVisit>();
		for (int i = 0; i < count; i++) {
			boolean returning = !this.recent.isEmpty() && random.nextDouble() < RETURNING;
			visits.add(returning ? this.recent.get(random.nextInt(this.recent.size())) : newVisit(random));
		}
		return List.copyOf(visits);
	}

	private DemoVisit newVisit(SplittableRandom random) {
		List<String> observations = IntStream.rangeClosed(0, random.nextInt(3))
			.mapToObj((i) -> this.ids.next('o'))
			.toList();
		return new DemoVisit(this.ids.next('p'), this.ids.next('e'), observations, false);
	}

	private void remember(List<DemoVisit> visits) {
		visits.stream().filter((visit) -> !visit.returning()).map(DemoVisit::again).forEach(this.recent::add);
		this.recent.subList(0, Math.max(0, this.recent.size() - RECENT_VISITS)).clear();
	}

	private SplittableRandom random(Instant at) {
		long micros = ChronoUnit.MICROS.between(Instant.EPOCH, at);
		return new SplittableRandom(this.seed ^ Long.rotateLeft(micros, 8) ^ Long.rotateLeft(this.batches, 40));
	}

	private static int scaled(int count, double scale) {
		return (int) Math.max(1, Math.round(count * scale));
	}

}
