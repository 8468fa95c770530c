package io.datadialysis.realtime.broker;

import io.datadialysis.realtime.metrics.ClientText;
import org.jspecify.annotations.Nullable;

/**
 * A client named a destination that does not exist. Its message is meant for that client.
 */
public final class UnknownDestinationException extends IllegalArgumentException {

	private static final long serialVersionUID = 1;

	UnknownDestinationException(@Nullable String destination, String existing) {
		super(((destination == null) ? "A destination is missing"
				: "There is no destination '" + ClientText.shown(destination) + "'") + "; there are " + existing + ".");
	}

	@Override
	public String getMessage() {
		return String.valueOf(super.getMessage());
	}

}
