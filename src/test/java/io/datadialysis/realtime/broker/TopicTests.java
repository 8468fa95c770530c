package io.datadialysis.realtime.broker;

import java.time.Duration;
import java.util.List;

import io.datadialysis.realtime.metrics.Feed;
import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.metrics.TimeRange;
import io.datadialysis.realtime.snapshot.SnapshotProperties;
import io.datadialysis.realtime.snapshot.TopicRanges;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TopicTests {

	private final Topics topics = new Topics(new TopicRanges(
			new SnapshotProperties(Duration.ofSeconds(5), List.of(Duration.ofHours(24), Duration.ofDays(30)))));

	@ParameterizedTest
	@EnumSource
	void withoutSuffixItFollowsTheRangeItIsGiven(Feed feed) {
		assertThat(this.topics.parse("/topic/" + feed.topic()).at(TimeRange.WEEK))
			.isEqualTo(new FeedRange(feed, TimeRange.WEEK));
	}

	@Test
	void aSuffixIsTheRangeWhateverElseIsGiven() {
		assertThat(this.topics.parse("/topic/metrics.30d").at(TimeRange.HOUR))
			.isEqualTo(new FeedRange(Feed.OVERVIEW, TimeRange.MONTH));
	}

	@ParameterizedTest
	@ValueSource(strings = { "/topic/metrics.", "/topic/metrics.5y", "/topic/metrics.36h", "/topic/metrics.7d",
			"/topic/metrics.7d.7d" })
	void aSuffixThatIsNoRangeIsNamed(String destination) {
		assertThatExceptionOfType(InvalidTimeRangeException.class).isThrownBy(() -> this.topics.parse(destination));
	}

	@ParameterizedTest
	@NullSource
	@ValueSource(
			strings = { "", "/topic", "/topic/", "/topic/**", "/topic/metrics/", "/topic/Metrics", "/topic/metric" })
	void whatDoesNotExistIsAnsweredWithWhatDoes(@Nullable String destination) {
		assertThatExceptionOfType(UnknownDestinationException.class).isThrownBy(() -> this.topics.parse(destination))
			.withMessageContaining("/topic/metrics, /topic/security, /topic/performance, /topic/circuit-breaker");
	}

}
