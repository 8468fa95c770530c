package io.datadialysis.realtime.stomp;

import java.io.InputStream;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

import io.datadialysis.realtime.broker.Admission;
import org.jspecify.annotations.Nullable;

import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpRequest;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpRequest;
import org.springframework.web.socket.WebSocketHandler;
import org.springframework.web.socket.config.annotation.EnableWebSocket;
import org.springframework.web.socket.config.annotation.ServletWebSocketHandlerRegistry;
import org.springframework.web.socket.config.annotation.WebSocketConfigurer;
import org.springframework.web.socket.config.annotation.WebSocketHandlerRegistry;
import org.springframework.web.socket.server.HandshakeInterceptor;
import org.springframework.web.socket.sockjs.frame.JacksonJsonSockJsMessageCodec;

/** SockJS below {@code /ws}. */
@Configuration(proxyBeanMethods = false)
@EnableWebSocket
class SockJsConfiguration implements WebSocketConfigurer {

	/** After the addresses of WebSockets, which SockJS would take for its own. */
	private static final int ORDER = 2;

	private final SockJsHandler handler;

	private final Admission admission;

	SockJsConfiguration(SockJsHandler handler, Admission admission) {
		this.handler = handler;
		this.admission = admission;
	}

	@Override
	public void registerWebSocketHandlers(WebSocketHandlerRegistry registry) {
		registry.addHandler(this.handler, StompConfiguration.PATH)
			.addInterceptors(new Door())
			.withSockJS()
			.setMessageCodec(new NullFreeCodec());
		((ServletWebSocketHandlerRegistry) registry).setOrder(ORDER);
	}

	/** Spring's sessions stumble over a null among the messages. */
	private static final class NullFreeCodec extends JacksonJsonSockJsMessageCodec {

		@Override
		public String @Nullable [] decode(String content) {
			return withoutNulls(super.decode(content));
		}

		@Override
		public String @Nullable [] decodeInputStream(InputStream content) {
			return withoutNulls(super.decodeInputStream(content));
		}

		private static String @Nullable [] withoutNulls(@Nullable String @Nullable [] messages) {
			return (messages != null) ? Arrays.stream(messages).filter(Objects::nonNull).toArray(String[]::new) : null;
		}

	}

	/** Asked when a SockJS session is opened. */
	private final class Door implements HandshakeInterceptor {

		@Override
		public boolean beforeHandshake(ServerHttpRequest request, ServerHttpResponse response,
				WebSocketHandler wsHandler, Map<String, Object> attributes) {
			// The origin is judged by SockJS, at every address.
			String address = ((ServletServerHttpRequest) request).getServletRequest().getRemoteAddr();
			attributes.put(SockJsHandler.ADDRESS, address);
			Admission.Rejection rejection = SockJsConfiguration.this.admission.judge(address, true);
			if (rejection == null) {
				return true;
			}
			response.setStatusCode(HttpStatus.valueOf(rejection.status()));
			response.getHeaders().set(HttpHeaders.RETRY_AFTER, String.valueOf(rejection.retryAfterSeconds()));
			return false;
		}

		@Override
		public void afterHandshake(ServerHttpRequest request, ServerHttpResponse response, WebSocketHandler wsHandler,
				@Nullable Exception exception) {
			// There is nothing to clean up.
		}

	}

}
