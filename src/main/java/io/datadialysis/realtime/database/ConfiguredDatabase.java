package io.datadialysis.realtime.database;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Whether a database is configured, or the embedded one is to be used. */
public final class ConfiguredDatabase {

	private static final List<String> KEYS = List.of("spring.datasource.url", "spring.datasource.jndi-name");

	private ConfiguredDatabase() {
	}

	/**
	 * The key by which a database is configured.
	 * @param environment the configuration
	 * @return the key; null when there is none, and the embedded database starts
	 */
	public static @Nullable String key(Environment environment) {
		// The binder, because an environment variable may spell a key differently.
		Binder binder = Binder.get(environment);
		return KEYS.stream()
			.filter((key) -> StringUtils.hasText(binder.bind(key, String.class).orElse("")))
			.findFirst()
			.orElse(null);
	}

}
