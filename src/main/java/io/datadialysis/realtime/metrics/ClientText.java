package io.datadialysis.realtime.metrics;

/**
 * Text that a client sent, fit to be repeated in a sentence that goes back to it and into
 * the log.
 */
public final class ClientText {

	private static final int SHOWN_LENGTH = 60;

	private ClientText() {
	}

	/** The text cut short, without control characters. */
	public static String shown(String text) {
		String clean = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\p{Zl}\\p{Zp}\\u0085]", "?");
		return (clean.length() <= SHOWN_LENGTH) ? clean
				: clean.substring(0, clean.offsetByCodePoints(0, SHOWN_LENGTH / 2)) + "…";
	}

}
