package io.datadialysis.realtime.broadcast;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.ServerMessage;
import io.datadialysis.realtime.snapshot.Attempt;
import io.datadialysis.realtime.snapshot.FeedsChanged;
import io.datadialysis.realtime.snapshot.Reading;
import io.datadialysis.realtime.snapshot.Snapshots;
import io.datadialysis.realtime.snapshot.WatchedFeeds;

import org.springframework.context.event.EventListener;
import org.springframework.core.task.TaskExecutor;
import org.springframework.messaging.MessageHeaders;
import org.springframework.messaging.simp.SimpMessageHeaderAccessor;
import org.springframework.messaging.simp.SimpMessageType;
import org.springframework.messaging.simp.SimpMessagingTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Publishes each watched feed and range at every tick, changed or not. A feed whose
 * computation is still under way at the next tick is published stale then: whatever the
 * database does, the tick speaks. No feed waits for another. Between ticks, what has
 * changed is pushed.
 */
@Component
public class FeedPublisher {

	private static final String TOPIC_PREFIX = "/topic/";

	/** A computation that takes less is not overdue, however short the interval. */
	private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

	/**
	 * How long a tick keeps its messages back to bring them in the order that clients of
	 * all feeds are used to.
	 */
	private static final Duration ORDER_PATIENCE = Duration.ofMillis(250);

	private final WatchedFeeds watchedFeeds;

	private final Snapshots snapshots;

	private final SimpMessagingTemplate messagingTemplate;

	private final TaskExecutor executor;

	/** The feeds whose computation was begun by a tick and has not been published yet. */
	private final Set<FeedRange> awaited = ConcurrentHashMap.newKeySet();

	/** One for each feed and range that was ever pushed. */
	private final Map<FeedRange, PushThrottle> throttles = new ConcurrentHashMap<>();

	FeedPublisher(WatchedFeeds watchedFeeds, Snapshots snapshots, SimpMessagingTemplate messagingTemplate,
			TaskExecutor applicationTaskExecutor) {
		this.watchedFeeds = watchedFeeds;
		this.snapshots = snapshots;
		this.messagingTemplate = messagingTemplate;
		this.executor = applicationTaskExecutor;
	}

	/**
	 * Begins to compute what is watched; what an earlier tick still waits for is
	 * published as stale.
	 */
	@Scheduled(fixedRateString = "${realtime.update-interval}", initialDelayString = "${realtime.update-interval}")
	void tick() {
		SortedMap<FeedRange, Attempt> begun = new TreeMap<>();
		for (FeedRange key : this.watchedFeeds.watched()) {
			if (this.awaited.add(key)) {
				begun.put(key, this.snapshots.begin(key));
			}
			else {
				Reading overdue = this.snapshots.overdue(key, LEAST_PATIENCE);
				if (overdue != null) {
					publish(key, overdue);
				}
			}
		}
		this.executor.execute(() -> publishInOrder(begun));
	}

	/**
	 * Pushes what has changed, at once, but the same feed and range at most four times a
	 * second.
	 */
	@EventListener
	void changed(FeedsChanged change) {
		for (FeedRange key : this.watchedFeeds.watched()) {
			if (change.feeds().contains(key.feed())) {
				push(key, change.nanoTime());
			}
		}
	}

	private void push(FeedRange key, long changedNanoTime) {
		PushThrottle throttle = this.throttles.computeIfAbsent(key, (k) -> new PushThrottle());
		Duration delay = throttle.enter(changedNanoTime);
		if (delay != null) {
			CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS, this.executor)
				.execute(() -> pushNow(key, throttle));
		}
	}

	private void pushNow(FeedRange key, PushThrottle throttle) {
		long changedNanoTime = throttle.leave();
		Attempt attempt = this.snapshots.begin(key);
		attempt.whenEnded((reading) -> {
			// A tick may publish the same: a subscription takes each version once.
			publish(key, reading);
			if (attempt.beganBefore(changedNanoTime)) {
				push(key, changedNanoTime);
			}
		});
	}

	private void publishInOrder(Map<FeedRange, Attempt> begun) {
		long start = System.nanoTime();
		begun.forEach((key, attempt) -> {
			attempt.endsWithin(ORDER_PATIENCE.minusNanos(System.nanoTime() - start));
			attempt.whenEnded((reading) -> {
				this.awaited.remove(key);
				publish(key, reading);
			});
		});
	}

	private void publish(FeedRange key, Reading reading) {
		// What has no range is published without one, whichever ranges are offered.
		String destination = TOPIC_PREFIX + key.feed().topic()
				+ (key.feed().isRanged() ? "." + key.range().text() : "");
		for (ServerMessage message : reading.messages()) {
			this.messagingTemplate.convertAndSend(destination, message, headers(reading.headers(message)));
		}
	}

	private static MessageHeaders headers(Map<String, Object> more) {
		SimpMessageHeaderAccessor headers = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
		more.forEach(headers::setHeader);
		headers.setLeaveMutable(true);
		return headers.getMessageHeaders();
	}

}
