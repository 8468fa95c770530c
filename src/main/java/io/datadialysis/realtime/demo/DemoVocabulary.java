package io.datadialysis.realtime.demo;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/** The words that demo rows are made of, each as frequent as its weight. */
final class DemoVocabulary {

	static final Choice<String> ADAPTERS = new Choice<String>().with(7, "csv_ingester")
		.with(6, "json_ingester")
		.with(4, "xml_ingester")
		.with(3, "bulk_ingestion");

	static final Choice<String> TABLES = new Choice<String>().with(1, "patients")
		.with(1, "encounters")
		.with(2, "observations");

	static final Choice<Field> FIELDS = new Choice<Field>().with(4, new Field("first_name", "NAME_PATTERN", 3, 12))
		.with(4, new Field("last_name", "NAME_PATTERN", 4, 16))
		.with(5, new Field("address_line1", "ADDRESS_PATTERN", 10, 39))
		.with(4, new Field("phone", "PHONE_PATTERN", 10, 16))
		.with(3, new Field("email", "EMAIL_PATTERN", 12, 34))
		.with(3, new Field("ssn", "SSN_PATTERN", 9, 11));

	static final Choice<String> REFUSAL_SEVERITIES = new Choice<String>().with(13, "WARNING")
		.with(3, "INFO")
		.with(3, "ERROR")
		.with(1, "CRITICAL");

	/** Those that count as a failure. */
	static final Choice<String> BAD_SEVERITIES = new Choice<String>().with(4, "ERROR").with(1, "CRITICAL");

	static final Choice<String> ENCOUNTER_CLASSES = new Choice<String>().with(6, "AMB")
		.with(2, "IMP")
		.with(1, "EMER")
		.with(1, "VR");

	static final Choice<Code> CODES = new Choice<Code>().with(3, new Code("vital-signs", "8867-4"))
		.with(2, new Code("vital-signs", "8310-5"))
		.with(3, new Code("laboratory", "2345-7"))
		.with(2, new Code("laboratory", "718-7"))
		.with(1, new Code("survey", "72166-2"));

	private DemoVocabulary() {
	}

	/** A field whose values are redacted, by which rule, and how long they are. */
	record Field(String name, String rule, int minLength, int maxLength) {
	}

	/** What was observed, as a LOINC code, and the category it belongs to. */
	record Code(String category, String code) {
	}

	/** A weighted choice: an option is in the list as often as its weight says. */
	record Choice<T>(List<T> options) {

		Choice() {
			this(List.of());
		}

		private Choice<T> with(int weight, T option) {
			return new Choice<>(
					Stream.concat(this.options.stream(), Collections.nCopies(weight, option).stream()).toList());
		}

	}

}
