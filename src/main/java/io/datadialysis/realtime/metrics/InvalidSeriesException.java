package io.datadialysis.realtime.metrics;

/**
 * A client asked for a time series that can't be had. Its message is meant for that
 * client.
 */
public final class InvalidSeriesException extends IllegalArgumentException {

	private static final long serialVersionUID = 1;

	InvalidSeriesException(String sentence) {
		super(sentence);
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
