package io.datadialysis.realtime.broker;

import java.util.Map;

import io.datadialysis.realtime.snapshot.Problem;
import io.datadialysis.realtime.snapshot.Reading;
import io.datadialysis.realtime.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A message for the subscribers of a feed and range, encoded once for all of them.
 *
 * @param json the message as UTF-8
 * @param version the version of the snapshot in it; null when it carries none
 * @param problem the problem that it tells; null when it tells none
 */
// An array in a record: nobody compares publications, and nobody writes to the bytes.
@SuppressWarnings("ArrayRecordComponent")
public record Publication(byte[] json, Snapshot.@Nullable Version version, @Nullable Problem problem) {

	/** By the headers of a message, as {@link Reading#headers} gives them. */
	static Publication of(byte[] json, Map<String, Object> headers) {
		return new Publication(json, (Snapshot.Version) headers.get(Snapshot.Version.HEADER),
				(Problem) headers.get(Problem.HEADER));
	}

	boolean isSnapshot() {
		return this.version != null;
	}

}
