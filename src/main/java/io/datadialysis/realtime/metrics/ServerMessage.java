package io.datadialysis.realtime.metrics;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/** A message from the server to a client, the same JSON on every transport. */
public sealed interface ServerMessage {

	/** How times without a zone are written; they mean UTC. */
	String TIMESTAMP_PATTERN = "uuuu-MM-dd'T'HH:mm:ss.SSSSSS";

	/** What kind of message this is; clients tell them apart by it. */
	@JsonProperty("type")
	String type();

	/**
	 * The first message on the plain JSON WebSocket.
	 *
	 * @param timestamp when it was made, UTC
	 * @param message a sentence
	 * @param serverTime the server's time, with a Z
	 */
	@JsonPropertyOrder({ "type", "timestamp", "message", "server_time" })
	record Connected(
			@JsonProperty("timestamp") @JsonFormat(shape = JsonFormat.Shape.STRING,
					pattern = TIMESTAMP_PATTERN) LocalDateTime timestamp,
			@JsonProperty("message") String message,
			@JsonProperty("server_time") Instant serverTime) implements ServerMessage {

		@Override
		public String type() {
			return "connection";
		}

		public static Connected at(Instant now) {
			return new Connected(utc(now), "WebSocket connected. Real-time updates enabled.", now);
		}

	}

	/**
	 * A snapshot of a feed and range.
	 *
	 * @param type the feed's {@link Feed#messageType()}
	 * @param timestamp when this message was made, UTC
	 * @param data the numbers
	 * @param sequence grows with each snapshot of this feed and range; a client drops
	 * what is not higher than what it has
	 * @param epoch grows with each start of the server; it comes before the sequence when
	 * two messages are compared
	 * @param asOf the window's end: the numbers are right for this instant, with a Z
	 * @param stale whether a newer set could not be computed, so that this one is older
	 * than it should be
	 */
	@JsonPropertyOrder({ "type", "timestamp", "data", "sequence", "epoch", "as_of", "stale" })
	record Update(@JsonProperty("type") String type,
			@JsonProperty("timestamp") @JsonFormat(shape = JsonFormat.Shape.STRING,
					pattern = TIMESTAMP_PATTERN) LocalDateTime timestamp,
			@JsonProperty("data") FeedMetrics data, @JsonProperty("sequence") long sequence,
			@JsonProperty("epoch") long epoch, @JsonProperty("as_of") Instant asOf,
			@JsonProperty("stale") boolean stale) implements ServerMessage {

	}

	/**
	 * Something went wrong, in words for people.
	 *
	 * @param timestamp when it was found, UTC
	 * @param error a sentence without internals
	 * @param errorType the kind in one word, for programs, such as
	 * {@code database_unavailable}
	 */
	@JsonPropertyOrder({ "type", "timestamp", "error", "error_type" })
	record Failure(
			@JsonProperty("timestamp") @JsonFormat(shape = JsonFormat.Shape.STRING,
					pattern = TIMESTAMP_PATTERN) LocalDateTime timestamp,
			@JsonProperty("error") String error,
			@JsonProperty("error_type") String errorType) implements ServerMessage {

		@Override
		public String type() {
			return "error";
		}

		public static Failure at(Instant now, String errorType, String error) {
			return new Failure(utc(now), error, errorType);
		}

	}

	/** The instant as times in messages are written: UTC, without saying so. */
	static LocalDateTime utc(Instant instant) {
		return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
	}

}
