package io.datadialysis.realtime.snapshot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.datadialysis.realtime.metrics.ServerMessage;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a feed and range at a moment: the newest snapshot, the reason why
 * there is no newer one, or both.
 *
 * @param snapshot the newest snapshot; null when there never was one
 * @param problem why the newest attempt failed; null when it did not
 * @param at when this was found
 */
public record Reading(@Nullable Snapshot snapshot, @Nullable Problem problem, Instant at) {

	/**
	 * What a client is told: the snapshot first, if there is one, then what is wrong, if
	 * anything is.
	 */
	public List<ServerMessage> messages() {
		List<ServerMessage> messages = new ArrayList<>(2);
		if (this.snapshot != null) {
			messages.add(new ServerMessage.Update(this.snapshot.key().feed().messageType(), ServerMessage.utc(this.at),
					this.snapshot.metrics(), this.snapshot.version().sequence(), this.snapshot.version().epoch(),
					this.snapshot.asOf(), this.snapshot.stale()));
		}
		if (this.problem != null) {
			String meanwhile = (this.snapshot != null) ? " The last known numbers are shown meanwhile." : "";
			messages.add(ServerMessage.Failure.at(this.at, this.problem.type(), this.problem.sentence() + meanwhile));
		}
		return messages;
	}

	/**
	 * What a message of these is about, for those who pass it on without reading it.
	 * @param message one of {@link #messages()}
	 * @return the version of the snapshot in it, or the problem that it tells with the
	 * version of the snapshot that is kept meanwhile, by the name of the header
	 */
	public Map<String, Object> headers(ServerMessage message) {
		if (message instanceof ServerMessage.Update && this.snapshot != null) {
			return Map.of(Snapshot.Version.HEADER, this.snapshot.version());
		}
		if (this.problem == null) {
			return Map.of();
		}
		// A failure is of a snapshot's time, so that it does not follow a newer one.
		return (this.snapshot != null)
				? Map.of(Problem.HEADER, this.problem, Snapshot.Version.HEADER, this.snapshot.version())
				: Map.of(Problem.HEADER, this.problem);
	}

}
