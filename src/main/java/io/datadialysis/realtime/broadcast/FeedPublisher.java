package io.datadialysis.realtime.broadcast;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicBoolean;

import io.datadialysis.realtime.metrics.FeedRange;
import io.datadialysis.realtime.metrics.ServerMessage;
import io.datadialysis.realtime.snapshot.Reading;
import io.datadialysis.realtime.snapshot.Snapshot;
import io.datadialysis.realtime.snapshot.Snapshots;
import io.datadialysis.realtime.snapshot.WatchedFeeds;
import org.jspecify.annotations.Nullable;

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
 * database does, the tick speaks.
 */
@Component
public class FeedPublisher {

	private static final String TOPIC_PREFIX = "/topic/";

	private final WatchedFeeds watchedFeeds;

	private final Snapshots snapshots;

	private final SimpMessagingTemplate messagingTemplate;

	private final TaskExecutor executor;

	/** A round that takes less is not overdue, however short the interval. */
	private static final Duration LEAST_PATIENCE = Duration.ofSeconds(1);

	private final AtomicBoolean roundUnderWay = new AtomicBoolean();

	/** The feeds that the round under way has not published yet. */
	private final Set<FeedRange> outstanding = new ConcurrentSkipListSet<>();

	private volatile long roundStart;

	FeedPublisher(WatchedFeeds watchedFeeds, Snapshots snapshots, SimpMessagingTemplate messagingTemplate,
			TaskExecutor applicationTaskExecutor) {
		this.watchedFeeds = watchedFeeds;
		this.snapshots = snapshots;
		this.messagingTemplate = messagingTemplate;
		this.executor = applicationTaskExecutor;
	}

	/**
	 * Starts a round of publications, or publishes as stale what the last round has not
	 * come to.
	 */
	@Scheduled(fixedRateString = "${realtime.update-interval}", initialDelayString = "${realtime.update-interval}")
	void tick() {
		if (!this.roundUnderWay.compareAndSet(false, true)) {
			if (System.nanoTime() - this.roundStart >= LEAST_PATIENCE.toNanos()) {
				this.outstanding.forEach((key) -> publish(key, this.snapshots.markOverdue(key)));
			}
			return;
		}
		this.roundStart = System.nanoTime();
		this.outstanding.addAll(this.watchedFeeds.watched());
		this.executor.execute(() -> {
			try {
				publishOutstanding();
			}
			finally {
				this.outstanding.clear();
				this.roundUnderWay.set(false);
			}
		});
	}

	private void publishOutstanding() {
		for (FeedRange key : List.copyOf(this.outstanding)) {
			Reading reading = this.snapshots.refresh(key);
			this.outstanding.remove(key);
			publish(key, reading);
		}
	}

	private void publish(FeedRange key, Reading reading) {
		String destination = TOPIC_PREFIX + key.feed().topic() + "." + key.range().text();
		for (ServerMessage message : reading.messages()) {
			this.messagingTemplate.convertAndSend(destination, message, headers(message, reading.snapshot()));
		}
	}

	private static MessageHeaders headers(ServerMessage message, @Nullable Snapshot snapshot) {
		SimpMessageHeaderAccessor headers = SimpMessageHeaderAccessor.create(SimpMessageType.MESSAGE);
		if (message instanceof ServerMessage.Update && snapshot != null) {
			headers.setHeader(Snapshot.Version.HEADER, snapshot.version());
		}
		headers.setLeaveMutable(true);
		return headers.getMessageHeaders();
	}

}
