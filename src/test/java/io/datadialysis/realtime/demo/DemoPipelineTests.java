package io.datadialysis.realtime.demo;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.AbstractDriverBasedDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;

import static org.assertj.core.api.Assertions.assertThat;

class DemoPipelineTests {

	private final AbstractDriverBasedDataSource nobody = new DriverManagerDataSource("jdbc:postgresql://localhost:1/x");

	@Test
	void aDatabaseThatIsDownFailsNeitherStartNorStop() throws InterruptedException {
		var attempted = new CountDownLatch(2);
		var transactions = new JdbcTransactionManager(this.nobody) {
			@Override
			protected void doBegin(Object transaction, TransactionDefinition definition) {
				attempted.countDown();
				super.doBegin(transaction, definition);
			}
		};
		DemoPipeline pipeline = pipeline(transactions);
		pipeline.start();
		pipeline.start();
		assertThat(attempted.await(10, TimeUnit.SECONDS)).as("tries again after a failure").isTrue();
		assertThat(pipeline.isRunning()).isTrue();
		pipeline.stop();
		pipeline.stop();
		assertThat(pipeline.isRunning()).isFalse();
	}

	@Test
	void stopLeavesADatabaseThatHangsBehindAndStartsAgain() throws InterruptedException {
		var attempts = new Semaphore(0);
		var released = new CountDownLatch(1);
		PlatformTransactionManager transactions = new JdbcTransactionManager(this.nobody) {
			@Override
			protected void doBegin(Object transaction, TransactionDefinition definition) {
				attempts.release();
				hang(released);
				super.doBegin(transaction, definition);
			}
		};
		DemoPipeline pipeline = pipeline(transactions);
		pipeline.start();
		assertThat(attempts.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
		pipeline.stop();
		assertThat(pipeline.isRunning()).isFalse();
		pipeline.start();
		assertThat(attempts.tryAcquire(10, TimeUnit.SECONDS)).as("a new thread works").isTrue();
		released.countDown();
		pipeline.stop();
	}

	private static void hang(CountDownLatch latch) {
		try {
			latch.await();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private DemoPipeline pipeline(PlatformTransactionManager transactions) {
		var properties = new DemoProperties(null, Duration.ofMillis(1), 1, 0);
		return new DemoConfiguration().demoPipeline(properties, Clock.systemUTC(), new JdbcTemplate(this.nobody),
				transactions);
	}

}
