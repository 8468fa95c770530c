package io.datadialysis.realtime.broker;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What clients may do on WebSockets and over SockJS.
 *
 * @param maximum how many connections there may be in all; from 1
 * @param maximumPerAddress how many of them from one address; from 1
 * @param handshakesPerSecond how many may be opened in a second; from 1
 * @param connectTimeout how long a STOMP client may take to send CONNECT; from 1 s to 1 m
 * @param idleTimeout how long both sides may be silent; from 10 s. Longer than any
 * heartbeat: those who promised some are held to them, the others need not speak
 * @param frozenTimeout how long a client may leave unread what is sent to it; from 1 s
 * @param subscriptionsPerSession how many subscriptions a session may have; from 4
 * @param messageSize the largest message or frame from a client; from 1 KB to 1 MB
 * @param messagesPerSecond how many messages a client may send in a second, on average;
 * twice as many at once; from 1
 * @param sendBufferSize how much the kernel keeps of what a client has not read yet; from
 * 8 KB
 */
@ConfigurationProperties("realtime.connections")
public record ConnectionProperties(@DefaultValue("20000") int maximum, @DefaultValue("2000") int maximumPerAddress,
		@DefaultValue("2000") int handshakesPerSecond, @DefaultValue("5s") Duration connectTimeout,
		@DefaultValue("5m") Duration idleTimeout, @DefaultValue("2m") Duration frozenTimeout,
		@DefaultValue("64") int subscriptionsPerSession, @DefaultValue("64KB") DataSize messageSize,
		@DefaultValue("50") int messagesPerSecond, @DefaultValue("64KB") DataSize sendBufferSize) {

	public ConnectionProperties {
		check(maximum >= 1, "maximum must be at least 1");
		check(maximumPerAddress >= 1, "maximum-per-address must be at least 1");
		check(handshakesPerSecond >= 1, "handshakes-per-second must be at least 1");
		check(isBetween(connectTimeout, Duration.ofSeconds(1), Duration.ofMinutes(1)),
				"connect-timeout must be from 1s to 1m");
		check(isBetween(idleTimeout, Duration.ofSeconds(10), Duration.ofDays(1)),
				"idle-timeout must be from 10s to 1d");
		check(isBetween(frozenTimeout, Duration.ofSeconds(1), Duration.ofDays(1)),
				"frozen-timeout must be from 1s to 1d");
		check(subscriptionsPerSession >= 4, "subscriptions-per-session must be at least 4");
		check(messageSize.toBytes() >= 1024 && messageSize.toBytes() <= 1024 * 1024,
				"message-size must be from 1KB to 1MB");
		check(messagesPerSecond >= 1, "messages-per-second must be at least 1");
		check(sendBufferSize.toBytes() >= 8 * 1024 && sendBufferSize.toBytes() <= 16 * 1024 * 1024,
				"send-buffer-size must be from 8KB to 16MB");
	}

	private static boolean isBetween(Duration value, Duration least, Duration most) {
		return value.compareTo(least) >= 0 && value.compareTo(most) <= 0;
	}

	private static void check(boolean holds, String rule) {
		if (!holds) {
			throw new IllegalArgumentException("realtime.connections." + rule);
		}
	}

}
