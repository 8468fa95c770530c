package io.datadialysis.realtime.database;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.FileSystemUtils;

/**
 * The folder of the embedded PostgreSQL: for its owner only, and for one server at a
 * time.
 *
 * <p>
 * {@code postgres} holds the cluster, {@code binaries} the unpacked programs,
 * {@code postgres.password} the superuser's password, {@code lock} the lock and the
 * process that holds it. Until the first start has succeeded the password is in
 * {@code postgres.password.new}, so that a cluster which was interrupted while it was
 * made is known as such.
 */
final class DataDirectory implements AutoCloseable {

	private static final String BINARIES = "binaries";

	private static final String LOCK = "lock";

	private static final int PASSWORD_BYTES = 24;

	private final Path root;

	private final FileChannel lockChannel;

	private DataDirectory(Path root, FileChannel lockChannel) {
		this.root = root;
		this.lockChannel = lockChannel;
	}

	/**
	 * Makes the folder when it is missing, and takes its lock.
	 * @throws DatabaseStartException when another server holds it, or it can't be written
	 */
	static DataDirectory open(Path directory) {
		Path root = directory.toAbsolutePath().normalize();
		try {
			makePrivate(root);
			makePrivateFolder(root.resolve(BINARIES));
			FileChannel channel = FileChannel.open(root.resolve(LOCK), StandardOpenOption.CREATE,
					StandardOpenOption.READ, StandardOpenOption.WRITE);
			if (tryLock(channel) == null) {
				String holder = read(channel).strip();
				channel.close();
				throw new DatabaseStartException(
						"The data directory " + root + " is in use by another running server"
								+ (holder.isEmpty() ? "." : " (process " + holder + ")."),
						"Stop that server, or give this one a directory of its own: --realtime.database.directory=…",
						null);
			}
			channel.truncate(0);
			channel
				.write(ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
			return new DataDirectory(root, channel);
		}
		catch (IOException ex) {
			throw unusable(root, ex);
		}
	}

	/**
	 * Makes the folder for its owner only. One that is there is taken when it is empty or
	 * ours: the permissions of anything else are none of our business.
	 */
	private static void makePrivate(Path directory) throws IOException {
		if (Files.isDirectory(directory) && !Files.exists(directory.resolve(LOCK))) {
			try (Stream<Path> entries = Files.list(directory)) {
				if (entries.findAny().isPresent()) {
					throw new DatabaseStartException(
							"The data directory " + directory + " holds something else already.",
							"Choose a folder that is empty or does not exist: --realtime.database.directory=…", null);
				}
			}
		}
		makePrivateFolder(directory);
	}

	private static void makePrivateFolder(Path directory) throws IOException {
		Files.createDirectories(directory);
		if (isPosix()) {
			Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
		}
	}

	private static boolean isPosix() {
		return FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
	}

	private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
		try {
			return channel.tryLock();
		}
		catch (OverlappingFileLockException ex) {
			return null; // held by this very process: two contexts in one JVM
		}
	}

	private static String read(FileChannel channel) throws IOException {
		ByteBuffer buffer = ByteBuffer.allocate(32);
		channel.read(buffer, 0);
		return StandardCharsets.UTF_8.decode(buffer.flip()).toString();
	}

	Path cluster() {
		return this.root.resolve("postgres");
	}

	Path binaries() {
		return this.root.resolve(BINARIES);
	}

	Path passwordFile() {
		return this.root.resolve("postgres.password");
	}

	/**
	 * The password file of a cluster that is not finished yet; PostgreSQL reads the
	 * superuser's password from it.
	 */
	Path newPasswordFile() {
		return this.root.resolve("postgres.password.new");
	}

	/**
	 * The superuser's password: the one of the cluster that is there, else a new one.
	 * @throws DatabaseStartException when there is a cluster and no password for it
	 */
	String password() {
		try {
			if (Files.exists(passwordFile())) {
				return Files.readString(passwordFile()).strip();
			}
			if (Files.exists(newPasswordFile())) {
				FileSystemUtils.deleteRecursively(cluster());
			}
			else if (Files.exists(cluster().resolve("PG_VERSION"))) {
				throw new DatabaseStartException("The password of the database in " + cluster() + " is missing.",
						"Put " + passwordFile() + " back, or move the folder away to start with an empty database.",
						null);
			}
			byte[] random = new byte[PASSWORD_BYTES];
			new SecureRandom().nextBytes(random);
			String password = HexFormat.of().formatHex(random);
			Files.deleteIfExists(newPasswordFile());
			if (isPosix()) {
				Files.createFile(newPasswordFile(),
						PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
			}
			Files.writeString(newPasswordFile(), password + "\n");
			return password;
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	/**
	 * The major version of PostgreSQL that made the cluster; null when there is none yet.
	 */
	@Nullable String clusterVersion() {
		try {
			Path version = cluster().resolve("PG_VERSION");
			return Files.exists(version) ? Files.readString(version).strip() : null;
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	/** The cluster has started with the new password: from now on it is kept. */
	void keepPassword() {
		try {
			if (Files.exists(newPasswordFile())) {
				Files.move(newPasswordFile(), passwordFile(), StandardCopyOption.ATOMIC_MOVE);
			}
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.lockChannel.close();
		}
		catch (IOException ex) {
			throw unusable(ex);
		}
	}

	private DatabaseStartException unusable(IOException ex) {
		return unusable(this.root, ex);
	}

	private static DatabaseStartException unusable(Path root, IOException ex) {
		return new DatabaseStartException("The data directory " + root + " can't be used: " + ex,
				"Make it writable, or choose another one: --realtime.database.directory=…", ex);
	}

}
