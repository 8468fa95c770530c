package io.datadialysis.realtime.stomp;

import java.util.Set;
import java.util.regex.Pattern;

import io.datadialysis.realtime.broker.Destinations;
import io.datadialysis.realtime.broker.Topics;
import io.datadialysis.realtime.broker.UnknownDestinationException;
import io.datadialysis.realtime.metrics.ClientText;
import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.TimeRange;
import org.jspecify.annotations.Nullable;

import org.springframework.messaging.simp.stomp.StompCommand;
import org.springframework.messaging.simp.stomp.StompHeaderAccessor;
import org.springframework.stereotype.Component;

/**
 * What a client's STOMP frame may ask for. Everything that is not allowed here is
 * refused.
 */
@Component
class FrameRules {

	private static final Set<String> VERSIONS = Set.of("1.0", "1.1", "1.2");

	private static final Pattern HEARTBEAT = Pattern.compile("\\d{1,9},\\d{1,9}");

	private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");

	/** Names come back with each frame, and wait for a client that does not read. */
	private static final int LONGEST_NAME = 128;

	private final Topics topics;

	FrameRules(Topics topics) {
		this.topics = topics;
	}

	/**
	 * Judges a frame by itself, without knowing the session.
	 * @param frame the frame's headers
	 * @return why it is refused, a sentence for the client; null when it is allowed
	 */
	@Nullable String refusal(StompHeaderAccessor frame) {
		StompCommand command = frame.getCommand();
		if (command == null) {
			return null; // a heartbeat
		}
		if (isBroken(frame)) {
			return "This is not a STOMP frame.";
		}
		if (isTooLong(frame.getReceipt()) || isTooLong(frame.getSubscriptionId())) {
			return "The headers id and receipt may have " + LONGEST_NAME + " characters.";
		}
		try {
			return switch (command) {
				case CONNECT, STOMP -> refusalOfConnect(frame);
				case SEND -> refusalOfSend(frame);
				case SUBSCRIBE -> refusalOfSubscribe(frame);
				case UNSUBSCRIBE -> (frame.getSubscriptionId() == null) ? "UNSUBSCRIBE needs the header id." : null;
				case DISCONNECT -> null;
				case ACK, NACK -> "Acknowledgements are not supported: every subscription is ack:auto.";
				case BEGIN, COMMIT, ABORT -> "Transactions are not supported.";
				default -> command + " is not a frame that a client may send.";
			};
		}
		catch (InvalidTimeRangeException | UnknownDestinationException ex) {
			return ex.getMessage();
		}
	}

	/** What Spring's decoder lets pass. */
	private static boolean isBroken(StompHeaderAccessor frame) {
		String length = frame.getFirstNativeHeader(StompHeaderAccessor.STOMP_CONTENT_LENGTH_HEADER);
		boolean isNoLength = length != null && !LENGTH.matcher(length.strip()).matches();
		return isNoLength || frame.toNativeHeaderMap()
			.entrySet()
			.stream()
			.anyMatch((header) -> hasNul(header.getKey()) || header.getValue().stream().anyMatch(FrameRules::hasNul));
	}

	private static boolean isTooLong(@Nullable String name) {
		return name != null && name.length() > LONGEST_NAME;
	}

	private static boolean hasNul(@Nullable String text) {
		return text != null && text.indexOf('\0') >= 0;
	}

	private @Nullable String refusalOfConnect(StompHeaderAccessor frame) {
		timeRange(frame);
		String heartbeat = frame.getFirstNativeHeader(StompHeaderAccessor.STOMP_HEARTBEAT_HEADER);
		if (heartbeat != null && !HEARTBEAT.matcher(heartbeat).matches()) {
			return "The header heart-beat must be two numbers of milliseconds, such as 10000,10000.";
		}
		Set<String> accepted = frame.getAcceptVersion();
		if (!accepted.isEmpty() && accepted.stream().noneMatch(VERSIONS::contains)) {
			return "Supported STOMP versions are 1.0, 1.1 and 1.2.";
		}
		return null;
	}

	private static @Nullable String refusalOfSend(StompHeaderAccessor frame) {
		String destination = frame.getDestination();
		return Destinations.TIME_RANGE.equals(destination) ? null : "Clients can send to " + Destinations.TIME_RANGE
				+ " only" + ((destination != null) ? ", not to '" + ClientText.shown(destination) + "'." : ".");
	}

	private @Nullable String refusalOfSubscribe(StompHeaderAccessor frame) {
		if (frame.getSubscriptionId() == null) {
			return "SUBSCRIBE needs the header id.";
		}
		String ack = frame.getAck();
		if (ack != null && !ack.equals("auto")) {
			return "Acknowledgements are not supported: leave out the header ack, or set it to auto.";
		}
		timeRange(frame);
		if (!Destinations.ERRORS.equals(frame.getDestination())) {
			this.topics.parse(frame.getDestination());
		}
		return null;
	}

	/**
	 * The range that a CONNECT or SUBSCRIBE asks for.
	 * @param frame the frame's headers
	 * @return the range; null when the frame has no such header
	 * @throws InvalidTimeRangeException when there is no such range
	 */
	@Nullable TimeRange timeRange(StompHeaderAccessor frame) {
		return this.topics.parseRange(frame.getFirstNativeHeader(TimeRange.HEADER));
	}

}
