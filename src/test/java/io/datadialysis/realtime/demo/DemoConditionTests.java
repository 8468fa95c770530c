package io.datadialysis.realtime.demo;

import java.time.Clock;
import java.time.Duration;

import io.datadialysis.realtime.database.DataOrigin;
import io.datadialysis.realtime.database.RowsOrigin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;

import static org.assertj.core.api.Assertions.assertThat;

class DemoConditionTests {

	private static final String URL = "spring.datasource.url=jdbc:postgresql://db.example.org/clinic";

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withUserConfiguration(DatabaseThatIsDown.class, DemoConfiguration.class, DemoOrigin.class);

	@Test
	void writesWhereNoDatabaseIsConfigured() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(DemoPipeline.class);
			assertThat(context.getBean(RowsOrigin.class).now()).isEqualTo(DataOrigin.DEMO);
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { URL, "spring.datasource.jndi-name=java:comp/env/jdbc/clinic",
			"spring.datasource.jndiName=java:comp/env/jdbc/clinic" })
	void neverWritesUnaskedIntoAConfiguredDatabase(String database) {
		this.runner.withPropertyValues(database).run((context) -> {
			assertThat(context).doesNotHaveBean(DemoPipeline.class);
			assertThat(context.getBean(RowsOrigin.class).now()).isEqualTo(DataOrigin.PIPELINE);
		});
	}

	@Test
	void anEmptyUrlIsNone() {
		this.runner.withPropertyValues("spring.datasource.url=", "spring.datasource.jndi-name= ")
			.run((context) -> assertThat(context).hasSingleBean(DemoPipeline.class));
	}

	@Test
	void anEmptyAnswerIsNone() {
		this.runner.withPropertyValues("realtime.demo.enabled=")
			.run((context) -> assertThat(context).hasSingleBean(DemoPipeline.class));
		this.runner.withPropertyValues("realtime.demo.enabled=", URL)
			.run((context) -> assertThat(context).doesNotHaveBean(DemoPipeline.class));
	}

	@Test
	void writesIntoAConfiguredDatabaseWhenAsked() {
		this.runner.withPropertyValues(URL, "realtime.demo.enabled=true")
			.run((context) -> assertThat(context).hasSingleBean(DemoPipeline.class));
	}

	@Test
	void canBeTurnedOff() {
		this.runner.withPropertyValues("realtime.demo.enabled=false")
			.run((context) -> assertThat(context).doesNotHaveBean(DemoPipeline.class));
	}

	@Test
	void anAnswerThatIsNeitherFailsTheStart() {
		this.runner.withPropertyValues("realtime.demo.enabled=perhaps")
			.run((context) -> assertThat(context).hasFailed());
	}

	@Test
	void hasDefaults() {
		this.runner.run((context) -> assertThat(context.getBean(DemoProperties.class)).satisfies((properties) -> {
			assertThat(properties.enabled()).isNull();
			assertThat(properties.batchInterval()).isEqualTo(Duration.ofSeconds(5));
			assertThat(properties.historyDays()).isEqualTo(30);
		}));
	}

	@ParameterizedTest
	@ValueSource(strings = { "realtime.demo.batch-interval=0s", "realtime.demo.batch-interval=-3s",
			"realtime.demo.history-days=-1", "realtime.demo.history-days=91" })
	void refusesValuesOutOfBounds(String property) {
		this.runner.withPropertyValues(property)
			.run((context) -> assertThat(context).getFailure().rootCause().isInstanceOf(BindValidationException.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableConfigurationProperties
	static class DatabaseThatIsDown {

		private final DriverManagerDataSource dataSource = new DriverManagerDataSource(
				"jdbc:postgresql://localhost:1/none");

		@Bean
		Clock clock() {
			return Clock.systemUTC();
		}

		@Bean
		JdbcTemplate jdbcTemplate() {
			return new JdbcTemplate(this.dataSource);
		}

		@Bean
		PlatformTransactionManager transactionManager() {
			return new JdbcTransactionManager(this.dataSource);
		}

	}

}
