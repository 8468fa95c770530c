package io.datadialysis.realtime;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.task.SimpleAsyncTaskExecutor;
import org.springframework.scheduling.concurrent.SimpleAsyncTaskScheduler;

/**
 * Virtual threads for everything that may wait for the database or for a client. Spring
 * Boot's own executor and scheduler step back because those of the messaging channels are
 * there, so they are declared.
 */
@Configuration(proxyBeanMethods = false)
class ThreadConfiguration {

	@Bean
	SimpleAsyncTaskExecutor applicationTaskExecutor() {
		SimpleAsyncTaskExecutor executor = new SimpleAsyncTaskExecutor("task-");
		executor.setVirtualThreads(true);
		return executor;
	}

	@Bean
	SimpleAsyncTaskScheduler taskScheduler() {
		SimpleAsyncTaskScheduler scheduler = new SimpleAsyncTaskScheduler();
		scheduler.setThreadNamePrefix("scheduled-");
		scheduler.setVirtualThreads(true);
		return scheduler;
	}

}
