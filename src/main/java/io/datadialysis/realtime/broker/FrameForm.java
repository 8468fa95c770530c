package io.datadialysis.realtime.broker;

import org.jspecify.annotations.Nullable;

/**
 * In which form a subscription gets its publications. Those who get the same form get the
 * same bytes.
 *
 * @param subscriptionId the client's name for the subscription; null for plain JSON
 * @param destination the destination as the client wrote it
 */
record FrameForm(@Nullable String subscriptionId, String destination) {

	/** The message and nothing around it. */
	static final FrameForm JSON = new FrameForm(null, "");

}
