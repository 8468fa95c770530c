package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

import io.github.bucket4j.Bucket;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

import org.springframework.stereotype.Component;

/** Who may open one more connection now. */
@Component
public class Admission {

	private final Connections connections;

	private final ConnectionProperties limits;

	private final Bucket handshakes;

	private final Map<Rejection, Counter> rejected = new EnumMap<>(Rejection.class);

	Admission(Connections connections, ConnectionProperties limits, MeterRegistry meters) {
		this.connections = connections;
		this.limits = limits;
		this.handshakes = Bucket.builder()
			.addLimit((limit) -> limit.capacity(limits.handshakesPerSecond())
				.refillGreedy(limits.handshakesPerSecond(), Duration.ofSeconds(1)))
			.build();
		for (Rejection rejection : Rejection.values()) {
			this.rejected.put(rejection,
					Counter.builder("realtime.connections.rejected")
						.tag("reason", rejection.name().toLowerCase(Locale.ROOT))
						.description("Connections that were not let in")
						.register(meters));
		}
	}

	/**
	 * Judges a client at the door.
	 * @param address where it is
	 * @param isSameOrigin whether it is no page of another site
	 * @return why it is not let in; null when it is
	 */
	public @Nullable Rejection judge(String address, boolean isSameOrigin) {
		Rejection rejection = rejection(address, isSameOrigin);
		Counter counter = (rejection != null) ? this.rejected.get(rejection) : null;
		if (counter != null) {
			counter.increment();
		}
		return rejection;
	}

	private @Nullable Rejection rejection(String address, boolean isSameOrigin) {
		if (!isSameOrigin) {
			return Rejection.FOREIGN_ORIGIN;
		}
		if (this.connections.isStopping()) {
			return Rejection.STOPPING;
		}
		if (this.connections.count() >= this.limits.maximum()) {
			return Rejection.FULL;
		}
		if (this.connections.count(address) >= this.limits.maximumPerAddress()) {
			return Rejection.ADDRESS_FULL;
		}
		return this.handshakes.tryConsume(1) ? null : Rejection.TOO_FAST;
	}

	/** Why a client is not let in. */
	public enum Rejection {

		/** A page of another site. */
		FOREIGN_ORIGIN(403, "Pages of other sites may not connect."),

		/** The server stops. */
		STOPPING(503, "The server is stopping; come back in a moment."),

		/** There are as many connections as there may be. */
		FULL(503, "There are too many connections; come back later."),

		/** There are as many from this address as there may be. */
		ADDRESS_FULL(503, "There are too many connections from your address; come back later."),

		/** Too many are opened at the same time. */
		TOO_FAST(503, "Too many connections are being opened; come back in a moment.");

		private final int status;

		private final String sentence;

		Rejection(int status, String sentence) {
			this.status = status;
			this.sentence = sentence;
		}

		/** The HTTP status of the answer. */
		public int status() {
			return this.status;
		}

		/** What the client is told. */
		public String sentence() {
			return this.sentence;
		}

		/** After how many seconds it may come back; 0 when it should not. */
		public int retryAfterSeconds() {
			return switch (this) {
				case FOREIGN_ORIGIN -> 0;
				case STOPPING, TOO_FAST -> 2;
				case FULL, ADDRESS_FULL -> 30;
			};
		}

	}

}
