package io.datadialysis.realtime.rest;

import io.datadialysis.realtime.metrics.InvalidSeriesException;
import io.datadialysis.realtime.metrics.InvalidTimeRangeException;
import io.datadialysis.realtime.snapshot.FeedUnavailableException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * What goes wrong, as problem details.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9457">RFC 9457</a>
 */
@RestControllerAdvice(basePackageClasses = ProblemDetails.class)
class ProblemDetails {

	private static final String RETRY_AFTER_SECONDS = "5";

	@ExceptionHandler({ InvalidTimeRangeException.class, InvalidSeriesException.class })
	ProblemDetail invalidParameter(IllegalArgumentException ex) {
		return ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, String.valueOf(ex.getMessage()));
	}

	@ExceptionHandler
	ResponseEntity<ProblemDetail> feedUnavailable(FeedUnavailableException ex) {
		return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
			.header(HttpHeaders.RETRY_AFTER, RETRY_AFTER_SECONDS)
			.body(ProblemDetail.forStatusAndDetail(HttpStatus.SERVICE_UNAVAILABLE, ex.getMessage()));
	}

}
