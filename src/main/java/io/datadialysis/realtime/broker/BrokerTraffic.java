package io.datadialysis.realtime.broker;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;

import org.springframework.stereotype.Component;

/** Counts what goes over the wire, for operators. */
@Component
class BrokerTraffic implements ClientConnection.Traffic {

	private final LongAdder frames = new LongAdder();

	private final LongAdder bytes = new LongAdder();

	private final LongAdder replaced = new LongAdder();

	private final Map<CloseReason, Counter> closed = new EnumMap<>(CloseReason.class);

	BrokerTraffic(MeterRegistry meters) {
		FunctionCounter.builder("realtime.broker.frames.sent", this.frames, LongAdder::sum)
			.description("Frames handed to clients' connections")
			.register(meters);
		FunctionCounter.builder("realtime.broker.sent", this.bytes, LongAdder::sum)
			.baseUnit("bytes")
			.description("Bytes of these frames, without what the transport adds")
			.register(meters);
		FunctionCounter.builder("realtime.broker.frames.replaced", this.replaced, LongAdder::sum)
			.description("Frames that a newer one replaced before the client had read them")
			.register(meters);
		for (CloseReason reason : CloseReason.values()) {
			this.closed.put(reason,
					Counter.builder("realtime.connections.closed")
						.tag("reason", reason.text())
						.description("Connections that the server has closed")
						.register(meters));
		}
	}

	@Override
	public void sent(int size) {
		this.frames.increment();
		this.bytes.add(size);
	}

	@Override
	public void replaced() {
		this.replaced.increment();
	}

	@Override
	public void closed(CloseReason reason) {
		Counter counter = this.closed.get(reason);
		if (counter != null) {
			counter.increment();
		}
	}

}
