package io.datadialysis.realtime.rest;

import io.swagger.v3.oas.models.OpenAPI;
import io.swagger.v3.oas.models.info.Info;

import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** What the description of the API says about itself. */
@Configuration(proxyBeanMethods = false)
class OpenApiConfiguration {

	@Bean
	OpenAPI openApi(BuildProperties build) {
		return new OpenAPI().info(new Info().title("Data-Dialysis Realtime")
			.version(build.getVersion())
			.description(
					"The pipeline's metrics of one moment. To be told of every change, listen on a WebSocket instead."
							+ " Errors are problem details (RFC 9457): a detail says what is wrong."));
	}

}
