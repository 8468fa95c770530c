package io.datadialysis.realtime.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL that outlived the server that started it, because that server was killed.
 * It is found by the process number in its cluster and stopped by signal, never by name:
 * other PostgreSQL servers of this machine are none of ours.
 */
final class OrphanedPostmaster {

	private static final Logger logger = LoggerFactory.getLogger(OrphanedPostmaster.class);

	private static final Duration PATIENCE = Duration.ofSeconds(20);

	private OrphanedPostmaster() {
	}

	/**
	 * Stops the PostgreSQL that still runs on a cluster, if there is one. Call it only
	 * with the lock of the data directory held: then nobody else uses that PostgreSQL.
	 * @param cluster the cluster's folder
	 */
	static void stop(Path cluster) {
		Optional<ProcessHandle> orphan = find(cluster);
		if (orphan.isEmpty()) {
			return;
		}
		ProcessHandle process = orphan.get();
		logger.info("PostgreSQL (process {}) still runs from a server that was killed; stopping it", process.pid());
		signal(process, "INT"); // PostgreSQL's fast shutdown: ends the sessions of the
								// dead server, writes a checkpoint
		if (!ends(process)) {
			signal(process, "QUIT"); // immediate shutdown: recovers at the next start
			if (!ends(process)) {
				throw new DatabaseStartException(
						"PostgreSQL (process " + process.pid() + ") still runs on " + cluster + " and does not stop.",
						"Stop that process, then start again.", null);
			}
		}
	}

	private static Optional<ProcessHandle> find(Path cluster) {
		Path pidFile = cluster.resolve("postmaster.pid");
		try {
			if (!Files.exists(pidFile)) {
				return Optional.empty();
			}
			List<String> lines = Files.readAllLines(pidFile);
			// Line 1 is the process, line 2 the cluster. The number may long belong to
			// another process: ask for its name.
			if (lines.size() < 2 || !Files.isSameFile(Path.of(lines.get(1)), cluster)) {
				return Optional.empty();
			}
			return ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
				.filter((process) -> process.info().command().filter((name) -> name.endsWith("postgres")).isPresent());
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void signal(ProcessHandle process, String name) {
		try {
			new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	private static boolean ends(ProcessHandle process) {
		try {
			process.onExit().orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
			return true;
		}
		catch (CompletionException ex) {
			return !process.isAlive();
		}
	}

}
