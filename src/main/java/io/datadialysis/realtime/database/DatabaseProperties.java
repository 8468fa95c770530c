package io.datadialysis.realtime.database;

import java.nio.file.Path;
import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * Settings of the database.
 *
 * @param directory where the embedded PostgreSQL keeps its data, password and log; made
 * when missing, for this user only
 * @param port the port of 127.0.0.1 on which the embedded PostgreSQL listens; 0 for any
 * free one
 * @param retryInterval how long to wait before the schema is migrated again after the
 * database could not be reached
 * @param postgresVersion which PostgreSQL the embedded one is, such as {@code 18.6.0};
 * the build says so
 */
@Validated
@ConfigurationProperties("realtime.database")
record DatabaseProperties(@DefaultValue("data") @NotNull Path directory,
		@DefaultValue("0") @Min(0) @Max(65535) int port, @DefaultValue("2s") @NotNull Duration retryInterval,
		String postgresVersion) {

	DatabaseProperties {
		if (retryInterval.compareTo(Duration.ofMillis(1)) < 0) {
			throw new IllegalArgumentException("realtime.database.retry-interval must be positive");
		}
	}

}
