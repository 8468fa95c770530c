package io.datadialysis.realtime.database;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/** Whether a database is configured, or the embedded one is to be used. */
public final class ConfiguredDatabase {

	private static final List<String> KEYS = List.of("spring.datasource.url", "spring.datasource.jndi-name");

	private static final String JDBC = "jdbc:postgresql:";

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

	/** Looks at the address before anything is started. */
	@Configuration(proxyBeanMethods = false)
	static class AddressCheck {

		@Bean
		static BeanFactoryPostProcessor databaseAddressCheck(Environment environment) {
			return (beanFactory) -> {
				String url = environment.getProperty("spring.datasource.url", "");
				if (StringUtils.hasText(url) && !url.startsWith(JDBC)) {
					// Only its beginning: the rest may hold a password.
					String beginning = url.contains("://") ? url.substring(0, url.indexOf("://") + 3) + "…"
							: "something else";
					throw new DatabaseStartException(
							"spring.datasource.url begins with " + beginning
									+ ", which is not an address of PostgreSQL for Java.",
							"Write it as " + JDBC + "//host:5432/database, with spring.datasource.username and"
									+ " spring.datasource.password beside it.",
							null);
				}
			};
		}

	}

}
