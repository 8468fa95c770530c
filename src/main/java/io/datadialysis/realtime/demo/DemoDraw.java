package io.datadialysis.realtime.demo;

import java.util.HexFormat;
import java.util.random.RandomGenerator;

import io.datadialysis.realtime.demo.DemoVocabulary.Choice;

/** The kinds of draws that a batch is made of. */
final class DemoDraw {

	private final RandomGenerator random;

	DemoDraw(RandomGenerator random) {
		this.random = random;
	}

	boolean chance(double probability) {
		return this.random.nextDouble() < probability;
	}

	/** A number from min to max (exclusive). */
	long number(long min, long max) {
		return this.random.nextLong(min, max);
	}

	<T> T from(Choice<T> choice) {
		return choice.options().get(this.random.nextInt(choice.options().size()));
	}

	/** A SHA-256 of nothing: 64 random hexadecimal digits. */
	String hash() {
		var hex = new StringBuilder(64);
		for (int i = 0; i < 4; i++) {
			hex.append(HexFormat.of().toHexDigits(this.random.nextLong()));
		}
		return hex.toString();
	}

	/**
	 * Log-normal, as load times are: a median that grows with the rows, and a long tail.
	 */
	long processingMicros(int rows) {
		return Math.round((30_000 + 2_500 * rows) * Math.exp(0.5 * this.random.nextGaussian()));
	}

}
