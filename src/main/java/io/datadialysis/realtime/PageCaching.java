package io.datadialysis.realtime;

import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.filter.ShallowEtagHeaderFilter;

/**
 * Lets browsers keep the page's files and ask each time whether they are still right, by
 * their content: a build that can be repeated gives all files one date, so a date can't
 * tell an old file from a new one.
 */
@Configuration(proxyBeanMethods = false)
class PageCaching {

	@Bean
	FilterRegistrationBean<ShallowEtagHeaderFilter> pageEtags() {
		FilterRegistrationBean<ShallowEtagHeaderFilter> filter = new FilterRegistrationBean<>(
				new ShallowEtagHeaderFilter());
		filter.addUrlPatterns("/", "/index.html", "/favicon.svg", "/js/*", "/styles/*", "/webjars/*");
		return filter;
	}

}
