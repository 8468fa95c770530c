package io.datadialysis.realtime.rest;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;

/** Documents a range among the parameters. */
@Target(ElementType.PARAMETER)
@Retention(RetentionPolicy.RUNTIME)
@Parameter(description = "How far back the window reaches",
		schema = @Schema(type = "string", allowableValues = { "1h", "24h", "7d", "30d" }))
@interface TimeRangeParameter {

}
