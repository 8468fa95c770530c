package io.datadialysis.realtime;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What time it is. */
@Configuration(proxyBeanMethods = false)
class ClockConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(ClockConfiguration.class);

	private static final Duration MICROSECOND = Duration.ofNanos(1000);

	/** UTC, in microseconds as the tables hold them. */
	@Bean
	Clock clock(ClockProperties properties) {
		if (properties.fixedAt() == null) {
			return Clock.tick(Clock.systemUTC(), MICROSECOND);
		}
		logger.warn("The clock stands still at {} (realtime.clock.fixed-at)", properties.fixedAt());
		return Clock.fixed(properties.fixedAt(), ZoneOffset.UTC);
	}

	/**
	 * Settings of the clock.
	 *
	 * @param fixedAt the instant at which the clock stands still; null to let it run
	 */
	@ConfigurationProperties("realtime.clock")
	record ClockProperties(@Nullable Instant fixedAt) {

	}

}
