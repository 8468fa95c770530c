package io.datadialysis.realtime.demo;

import java.time.Clock;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The demo pipeline, where it is wanted. */
@Configuration(proxyBeanMethods = false)
@Conditional(DemoCondition.class)
@EnableConfigurationProperties(DemoProperties.class)
class DemoConfiguration {

	@Bean
	DemoPipeline demoPipeline(DemoProperties properties, Clock clock, JdbcTemplate jdbc,
			PlatformTransactionManager transactionManager) {
		var transactions = new TransactionTemplate(transactionManager);
		var generator = new DemoGenerator(properties.seed(), DemoIds.random());
		var writer = new DemoWriter(jdbc);
		return new DemoPipeline(properties, clock, generator, writer,
				new DemoHistory(properties, clock, generator, writer, jdbc, transactions),
				new DemoRetention(properties, clock, jdbc, transactions), transactions);
	}

}
