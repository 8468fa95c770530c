package io.datadialysis.realtime.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
		signal(cluster, process, "INT"); // PostgreSQL's fast shutdown: ends the sessions
											// of the
		// dead server, writes a checkpoint
		if (!ends(process)) {
			signal(cluster, process, "QUIT"); // immediate shutdown: recovers at the next
												// start
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
			// Line 1 is the process. The number may long belong to another one: ask for
			// its name and its folder.
			String pid = Files.readAllLines(pidFile).stream().findFirst().orElse("").strip();
			return pid.matches("\\d{1,9}") ? ProcessHandle.of(Long.parseLong(pid))
				.filter((process) -> process.info().command().filter((name) -> name.endsWith("postgres")).isPresent())
				.filter((process) -> worksIn(process, cluster)) : Optional.empty();
		}
		catch (IOException ex) {
			throw failure(cluster, ex);
		}
	}

	/**
	 * Whether the process works in the cluster's folder, as PostgreSQL does, also when
	 * the folder was moved meanwhile. Where the system does not tell (macOS), the process
	 * number and the name have to do.
	 */
	private static boolean worksIn(ProcessHandle process, Path cluster) {
		Path workingDirectory = Path.of("/proc", Long.toString(process.pid()), "cwd");
		try {
			return !Files.exists(workingDirectory) || Files.isSameFile(workingDirectory, cluster);
		}
		catch (IOException ex) {
			throw failure(cluster, ex);
		}
	}

	private static DatabaseStartException failure(Path cluster, IOException ex) {
		return new DatabaseStartException(
				"Whether PostgreSQL still runs on " + cluster + " could not be found out: " + ex,
				"Look whether one does, stop it, and remove " + cluster.resolve("postmaster.pid") + ".", ex);
	}

	private static void signal(Path cluster, ProcessHandle process, String name) {
		try {
			new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor();
		}
		catch (IOException ex) {
			throw failure(cluster, ex);
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
