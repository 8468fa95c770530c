package io.datadialysis.realtime.demo;

import java.time.Duration;

import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import org.hibernate.validator.constraints.time.DurationMin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.validation.annotation.Validated;

/**
 * The demo pipeline.
 *
 * @param enabled whether it writes. Unset: exactly when no database is configured
 * ({@code spring.datasource.url} and {@code spring.datasource.jndi-name} are absent or
 * empty). True writes into a configured database, too.
 * @param batchInterval time between two batches, positive
 * @param historyDays days of history written at the first start, and how long demo rows
 * are kept: what is more than a day older is deleted. 0 writes no history.
 * @param seed what the rows are drawn from, together with the time: the same seed has its
 * bad hours at the same times
 */
@Validated
@ConfigurationProperties("realtime.demo")
record DemoProperties(@Nullable Boolean enabled, @DefaultValue("5s") @DurationMin(millis = 1) Duration batchInterval,
		@DefaultValue("30") @Min(0) @Max(90) int historyDays, @DefaultValue("20260105") long seed) {
}
