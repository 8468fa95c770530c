package io.datadialysis.realtime.metrics;

import org.jspecify.annotations.Nullable;

/**
 * A client asked for a range that does not exist. Its message is meant for that client.
 */
public final class InvalidTimeRangeException extends IllegalArgumentException {

	private static final long serialVersionUID = 1;

	/**
	 * Says what was asked for and what is allowed.
	 * @param text what the client sent, null when it sent nothing
	 * @param allowed what it may send, such as {@code allowed are 1h, 24h}
	 */
	public InvalidTimeRangeException(@Nullable String text, String allowed) {
		this(((text != null) ? "time_range '" + ClientText.shown(text) + "' is not known" : "time_range is missing")
				+ "; " + allowed + ".");
	}

	private InvalidTimeRangeException(String sentence) {
		super(sentence);
	}

	/** Says it in a sentence of one's own. */
	public static InvalidTimeRangeException because(String sentence) {
		return new InvalidTimeRangeException(sentence);
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
