package io.datadialysis.realtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

import org.springframework.modulith.core.ApplicationModule;
import org.springframework.modulith.core.ApplicationModules;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The structure: who may use whom, and that the picture of it in the documentation is the
 * true one.
 */
class ModulesTests {

	private static final Path ARCHITECTURE = Path.of("docs", "architecture.md");

	private final ApplicationModules modules = ApplicationModules.of(RealtimeApplication.class);

	@Test
	void eachPackageUsesOnlyWhatItMay() {
		this.modules.verify();
	}

	@Test
	void metricsKnowNoSpring() {
		JavaClasses classes = new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests())
			.importPackages("io.datadialysis.realtime.metrics");
		assertThat(classes).isNotEmpty();
		noClasses().that()
			.haveSimpleNameNotEndingWith("package-info")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("org.springframework..")
			.check(classes);
	}

	/**
	 * The build draws the diagram under {@code target}; the documentation must hold the
	 * same.
	 */
	@Test
	void theDiagramInTheDocumentationIsTrue() throws IOException {
		String diagram = diagram();
		Files.writeString(Files.createDirectories(Path.of("target", "modules")).resolve("modules.mmd"), diagram);
		String document = Files.readString(ARCHITECTURE);
		assertThat(document).contains("<!-- modules -->\n```mermaid\n" + diagram + "```\n<!-- /modules -->");
	}

	/** Modules as boxes, their direct dependencies as arrows, in Mermaid's words. */
	private String diagram() {
		Stream<String> arrows = this.modules.stream()
			.sorted(Comparator.comparing(ModulesTests::name))
			.flatMap((module) -> uses(module).stream().map((used) -> "  " + used + " --> " + name(module)));
		Stream<String> alone = this.modules.stream()
			.filter((module) -> uses(module).isEmpty())
			.map((module) -> "  " + name(module))
			.sorted();
		return "flowchart LR\n" + Stream.concat(alone, arrows).collect(Collectors.joining("\n")) + "\n";
	}

	private List<String> uses(ApplicationModule module) {
		return module.getDirectDependencies(this.modules).uniqueModules().map(ModulesTests::name).sorted().toList();
	}

	private static String name(ApplicationModule module) {
		return module.getIdentifier().toString();
	}

}
