package io.datadialysis.realtime.snapshot;

/** The numbers can't be had now. Its message is meant for the client. */
public final class FeedUnavailableException extends RuntimeException {

	private static final long serialVersionUID = 1;

	FeedUnavailableException(Problem problem) {
		super(problem.sentence());
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
