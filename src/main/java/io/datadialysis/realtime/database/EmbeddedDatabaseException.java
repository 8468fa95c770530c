package io.datadialysis.realtime.database;

import org.jspecify.annotations.Nullable;

/**
 * The embedded PostgreSQL can't start, for a reason that the person at the keyboard can
 * do something about.
 */
class EmbeddedDatabaseException extends RuntimeException {

	private static final long serialVersionUID = 1;

	private final String action;

	/**
	 * Says what is wrong and what to do.
	 * @param description what is wrong, a sentence
	 * @param action what to do about it, a sentence
	 * @param cause what it follows from, if anything
	 */
	EmbeddedDatabaseException(String description, String action, @Nullable Throwable cause) {
		super(description, cause);
		this.action = action;
	}

	String action() {
		return this.action;
	}

}
