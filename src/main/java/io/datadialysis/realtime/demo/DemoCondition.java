package io.datadialysis.realtime.demo;

import io.datadialysis.realtime.database.ConfiguredDatabase;

import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * Whether the demo pipeline writes: as {@code realtime.demo.enabled} says, and without
 * that only into the embedded database. Rows made up by us must never reach somebody's
 * own database unasked.
 */
class DemoCondition extends SpringBootCondition {

	@Override
	public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
		var message = ConditionMessage.forCondition("Demo pipeline");
		// The binder, as an environment variable may spell the key differently.
		var enabled = Binder.get(context.getEnvironment()).bind("realtime.demo.enabled", Boolean.class);
		if (enabled.isBound()) {
			return new ConditionOutcome(enabled.get(), message.because("realtime.demo.enabled is " + enabled.get()));
		}
		String key = ConfiguredDatabase.key(context.getEnvironment());
		if (key != null) {
			return ConditionOutcome.noMatch(message.because(key + " is configured"));
		}
		return ConditionOutcome.match(message.because("no database is configured"));
	}

}
