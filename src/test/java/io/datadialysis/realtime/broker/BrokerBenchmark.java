package io.datadialysis.realtime.broker;

import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import io.datadialysis.realtime.fixtures.RealtimeServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Our broker beside what Spring Boot does by itself, in one run: each on one processor,
 * the subscribers on another. Run by {@code ./mvnw -Pbenchmark verify}.
 */
class BrokerBenchmark {

	private static final PrintStream out = System.out;

	private static final int RUNS = Integer.getInteger("benchmark.runs", 3);

	private static final int SUBSCRIBERS = Integer.getInteger("benchmark.subscribers", 1000);

	private static final int SIZE = 1500;

	private static final double LIMIT = 2.2;

	private static final Path FOLDER = Path.of("target", "benchmark");

	/** What {@code spring-boot-starter-websocket} brings; the profile puts it there. */
	private static final Path SPRING_DEFAULT = Path.of("target", "spring-default");

	private static final Pattern BEST = Pattern.compile("BEST (\\S+) (\\S+)");

	private static final int RUN_MINUTES = 5;

	private final @Nullable Processors processors = Processors.find();

	@Test
	void deliveriesBesideThoseOfSpringBootsDefault() throws Exception {
		assertThat(SPRING_DEFAULT).as("Run it by ./mvnw -Pbenchmark verify").isDirectory();
		Files.createDirectories(FOLDER);
		List<Best> ours = new ArrayList<>();
		List<Best> springs = new ArrayList<>();
		out.printf("%n%-6s %21s %20s %8s%n", "run", "ours", "Spring Boot's", "ratio");
		for (int run = 1; run <= RUNS; run++) {
			ours.add(measure("ours-" + run, BroadcastBench.class, System.getProperty("java.class.path")));
			springs.add(measure("spring-" + run, SimpleBrokerBench.class,
					Path.of("target", "test-classes") + File.pathSeparator + SPRING_DEFAULT + File.separator + "*"));
			print(String.valueOf(run), ours.getLast(), springs.getLast());
		}
		Best our = median(ours);
		Best spring = median(springs);
		print("median", our, spring);
		if (this.processors == null) {
			out.println("Without taskset and two processors this says little, and is not judged.");
		}
		else {
			assertThat(our.perSecond() / spring.perSecond()).isGreaterThanOrEqualTo(LIMIT);
		}
	}

	private static void print(String run, Best ours, Best spring) {
		out.printf("%-6s %,10.0f/s %5.1f µs %,10.0f/s %5.1f µs %8.2f%n", run, ours.perSecond(), ours.cpuMicros(),
				spring.perSecond(), spring.cpuMicros(), ours.perSecond() / spring.perSecond());
	}

	private static Best median(List<Best> runs) {
		return new Best(runs.stream().mapToDouble(Best::perSecond).sorted().toArray()[runs.size() / 2],
				runs.stream().mapToDouble(Best::cpuMicros).sorted().toArray()[runs.size() / 2]);
	}

	private Best measure(String name, Class<?> server, String classPath) throws Exception {
		int port = RealtimeServer.freePort();
		int control = RealtimeServer.freePort();
		Process serving = start(name + "-server.log", (this.processors != null) ? this.processors.last() : null,
				classPath, server, "--port", port, "--ctl", control);
		try {
			await().atMost(Duration.ofMinutes(2)).until(() -> {
				assertThat(serving.isAlive()).as("See %s", FOLDER).isTrue();
				return accepts(control);
			});
			Process load = start(name + "-load.log", (this.processors != null) ? this.processors.first() : null,
					Path.of("target", "test-classes").toString(), FanOutLoad.class, "--port", port, "--ctl", control,
					"--pid", serving.pid(), "--subscribers", SUBSCRIBERS, "--size", SIZE);
			try {
				assertThat(load.waitFor(RUN_MINUTES, TimeUnit.MINUTES)).as("Ends in time").isTrue();
			}
			finally {
				load.destroyForcibly();
			}
			String said = Files.readString(FOLDER.resolve(name + "-load.log"));
			Matcher best = BEST.matcher(said);
			assertThat(best.find()).as(said).isTrue();
			return new Best(Double.parseDouble(best.group(1)), Double.parseDouble(best.group(2)));
		}
		finally {
			// Asked first, so that it stops its database.
			serving.destroy();
			if (!serving.waitFor(20, TimeUnit.SECONDS)) {
				serving.destroyForcibly();
			}
		}
	}

	private static Process start(String log, @Nullable Integer processor, String classPath, Class<?> main,
			Object... arguments) throws IOException {
		List<String> command = new ArrayList<>();
		if (processor != null) {
			command.addAll(List.of("taskset", "-c", processor.toString()));
		}
		command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp", classPath,
				main.getName()));
		Arrays.stream(arguments).map(Object::toString).forEach(command::add);
		return new ProcessBuilder(command).redirectErrorStream(true)
			.redirectOutput(FOLDER.resolve(log).toFile())
			.start();
	}

	private static boolean accepts(int port) {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			return socket.isConnected();
		}
		catch (IOException ex) {
			return false;
		}
	}

	/**
	 * The best that a server could sustain.
	 *
	 * @param perSecond deliveries in a second
	 * @param cpuMicros the server's processor time for each, in microseconds
	 */
	private record Best(double perSecond, double cpuMicros) {

	}

	/**
	 * Two processors, one for the load and one for the server.
	 *
	 * @param first the first that may be used
	 * @param last the last
	 */
	private record Processors(int first, int last) {

		private static final Pattern ALLOWED = Pattern.compile("Cpus_allowed_list:\\s*(\\d+)(?:.*?(\\d+))?\\n");

		/** Null where there are not two, or they can't be chosen. */
		static @Nullable Processors find() {
			boolean taskset = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
				.anyMatch((folder) -> Files.isExecutable(Path.of(folder, "taskset")));
			try {
				Matcher allowed = ALLOWED.matcher(taskset ? Files.readString(Path.of("/proc/self/status")) : "");
				return (allowed.find() && allowed.group(2) != null)
						? new Processors(Integer.parseInt(allowed.group(1)), Integer.parseInt(allowed.group(2))) : null;
			}
			catch (IOException ex) {
				return null;
			}
		}

	}

}
