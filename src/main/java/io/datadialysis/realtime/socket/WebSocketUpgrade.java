package io.datadialysis.realtime.socket;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.eclipse.jetty.ee11.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.HttpStream;

/**
 * The handshake that makes a WebSocket of an HTTP connection, within the servlet, so
 * behind everything that guards HTTP.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6455#section-4.2">RFC 6455, 4.2</a>
 */
public final class WebSocketUpgrade {

	private static final String ACCEPT_SALT = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

	private static final int KEY_BYTES = 16;

	private static final String VERSION = "13";

	private WebSocketUpgrade() {
	}

	/**
	 * Whether a request asks for a WebSocket at all.
	 */
	public static boolean isAskedFor(HttpServletRequest request) {
		return "GET".equals(request.getMethod()) && "HTTP/1.1".equals(request.getProtocol())
				&& tokens(request, "Upgrade").contains("websocket")
				&& tokens(request, "Connection").contains("upgrade");
	}

	/**
	 * Opens it, or answers with 400 or 426 where the handshake is wrong.
	 * @param request asks for a WebSocket
	 * @param response is answered here
	 * @param subprotocols those that are spoken, the best first; empty for none
	 * @param largestMessage the size of the largest message that is taken, in bytes
	 * @param listener hears of it
	 * @return whether it will be open in a moment
	 */
	public static boolean accept(HttpServletRequest request, HttpServletResponse response, List<String> subprotocols,
			int largestMessage, SocketListener listener) throws IOException {
		String key = request.getHeader("Sec-WebSocket-Key");
		if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
			response.setHeader("Sec-WebSocket-Version", VERSION);
			response.sendError(HttpServletResponse.SC_UPGRADE_REQUIRED, "Only WebSocket version 13 is spoken here.");
			return false;
		}
		if (key == null || !isKey(key)) {
			response.sendError(HttpServletResponse.SC_BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in Base64.");
			return false;
		}
		List<String> offered = tokens(request, "Sec-WebSocket-Protocol");
		subprotocols.stream()
			.filter((subprotocol) -> offered.contains(subprotocol.toLowerCase(Locale.ROOT)))
			.findFirst()
			.ifPresent((subprotocol) -> response.setHeader("Sec-WebSocket-Protocol", subprotocol));
		response.setStatus(HttpServletResponse.SC_SWITCHING_PROTOCOLS);
		response.setHeader("Upgrade", "websocket");
		response.setHeader("Connection", "Upgrade");
		response.setHeader("Sec-WebSocket-Accept", accepted(key));
		ServletContextRequest jetty = ServletContextRequest.getServletContextRequest(request);
		ConnectionMetaData connection = jetty.getConnectionMetaData();
		EndPoint endPoint = connection.getConnection().getEndPoint();
		WebSocket socket = new WebSocket(endPoint, connection.getConnector().getExecutor(),
				connection.getConnector().getByteBufferPool(), largestMessage, listener);
		jetty.setAttribute(HttpStream.UPGRADE_CONNECTION_ATTRIBUTE, socket);
		return true;
	}

	private static boolean isKey(String key) {
		try {
			return Base64.getDecoder().decode(key.strip()).length == KEY_BYTES;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static String accepted(String key) {
		try {
			byte[] digest = MessageDigest.getInstance("SHA-1")
				.digest((key.strip() + ACCEPT_SALT).getBytes(StandardCharsets.ISO_8859_1));
			return Base64.getEncoder().encodeToString(digest);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex); // every Java has it
		}
	}

	private static List<String> tokens(HttpServletRequest request, String header) {
		Enumeration<String> values = request.getHeaders(header);
		return Collections.list(values)
			.stream()
			.flatMap((value) -> Arrays.stream(value.split(",", -1)))
			.map((token) -> token.strip().toLowerCase(Locale.ROOT))
			.toList();
	}

}
