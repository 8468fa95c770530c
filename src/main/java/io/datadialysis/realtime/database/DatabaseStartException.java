package io.datadialysis.realtime.database;

import org.jspecify.annotations.Nullable;

/**
 * The server can't start because of its database, for a reason that the person at the
 * keyboard can do something about.
 */
class DatabaseStartException extends RuntimeException {

	private static final long serialVersionUID = 1;

	private final String action;

	/**
	 * Says what is wrong and what to do.
	 * @param description what is wrong, a sentence
	 * @param action what to do about it, a sentence
	 * @param cause what it follows from, if anything
	 */
	DatabaseStartException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
