package io.datadialysis.realtime.broker;

import io.datadialysis.realtime.snapshot.Snapshot;
import org.jspecify.annotations.Nullable;

/**
 * A message for the subscribers of a feed and range, encoded once for all of them.
 *
 * @param json the message as UTF-8
 * @param version the version of the snapshot in it; null when it carries none, as an
 * error does
 */
// An array in a record: nobody compares publications, and nobody writes to the bytes.
@SuppressWarnings("ArrayRecordComponent")
public record Publication(byte[] json, Snapshot.@Nullable Version version) {

	boolean isSnapshot() {
		return this.version != null;
	}

}
