const ENDPOINT = "/ws";
const SOCKJS_SCRIPT = "/webjars/sockjs-client/dist/sockjs.min.js";
const STOMP_SUBPROTOCOLS = ["v12.stomp"];

/**
 * What SockJS may try. Its own WebSocket is left out, since it is used where WebSocket has just failed; so are
 * the transports that need an iframe.
 */
const SOCKJS_TRANSPORTS = ["xhr-streaming", "eventsource", "xhr-polling"];

/** How long a transport may take from the first byte to CONNECTED, in milliseconds. */
const CONNECT_WITHIN_MS = Object.freeze({ websocket: 4_000, sockjs: 20_000 });
const PROBE_WITHIN_MS = 3_000;

/** Failed tries, while the server answers HTTP, after which the other transport gets its turn. */
const TRIES_EACH = 2;

/** @typedef {"websocket" | "sockjs"} Transport */

/** Which transport to use: WebSocket, until it is clear that this network or browser won't have it. */
export class TransportChoice {
  #failures = 0;

  /** @type {Transport} */
  #current = hasWebSocket() ? "websocket" : "sockjs";

  get current() {
    return this.#current;
  }

  get connectWithinMs() {
    return CONNECT_WITHIN_MS[this.#current];
  }

  succeeded() {
    this.#failures = 0;
  }

  /**
   * Takes note of a try that didn't get to CONNECTED. It speaks against the transport only if the server can
   * be reached otherwise; else a restart of the server would push every page off WebSocket.
   *
   * @param {boolean} timedOut  a socket that hangs is not tried twice
   */
  async failed(timedOut) {
    if (!await serverAnswers()) return;
    this.#failures += timedOut ? TRIES_EACH : 1;
    if (this.#failures < TRIES_EACH) return;
    this.#failures = 0;
    this.#current = this.#current === "websocket" || !hasWebSocket() ? "sockjs" : "websocket";
  }
}

/**
 * @param {Transport} transport
 * @returns {Promise<any>} a WebSocket, or SockJS's look-alike
 */
export async function openSocket(transport) {
  if (transport === "websocket") {
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    return new WebSocket(`${scheme}//${location.host}${ENDPOINT}`, STOMP_SUBPROTOCOLS);
  }
  const SockJS = await loadSockJs();
  return new SockJS(ENDPOINT, null, { transports: SOCKJS_TRANSPORTS });
}

/**
 * @param {Transport} transport
 * @param {any} socket
 * @returns {string} what to call the way the bytes really take
 */
export function describeTransport(transport, socket) {
  if (transport === "websocket") return "WebSocket";
  return typeof socket?.transport === "string" ? `SockJS (${socket.transport})` : "SockJS";
}

function hasWebSocket() {
  return typeof globalThis.WebSocket === "function";
}

/** @returns {Promise<any>} the constructor, which the script leaves on `window` */
async function loadSockJs() {
  const global = /** @type {any} */ (globalThis);
  if (!global.SockJS) await import(SOCKJS_SCRIPT);
  return global.SockJS;
}

async function serverAnswers() {
  try {
    const signal = AbortSignal.timeout(PROBE_WITHIN_MS);
    const answer = await fetch(`${ENDPOINT}/info`, { cache: "no-store", signal });
    return answer.ok;
  } catch {
    return false;
  }
}
