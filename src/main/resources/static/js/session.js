/** @import { IMessage } from "@stomp/stompjs" */
/** @import { Feed, Range } from "./messages.js" */
import { Client, Versions } from "@stomp/stompjs";
import { FEEDS, TOPICS } from "./messages.js";

const HEARTBEAT_MS = 10_000;

/** A hidden tab's timers run once a minute; its messages come on time, so they carry the heartbeat along. */
const HIDDEN_HEARTBEAT_MS = 8_000;

const RANGE_DESTINATION = "/app/time-range";
const ERRORS_DESTINATION = "/user/queue/errors";

/**
 * @typedef {object} SessionEvents
 * @property {() => void} onConnected
 * @property {() => void} onClosed  called at most once
 * @property {(feed: Feed, message: unknown) => void} onMessage
 * @property {(message: unknown) => void} onRequestError  the server's answer to something we asked
 * @property {(sentence: string) => void} onRefused  an ERROR frame; the server closes after it
 */

/** One STOMP session over one socket, from CONNECT to its end. It never reconnects; its owner makes a new one. */
export class Session {
  #client;
  #events;
  #range;
  #socket;
  #ended = false;
  #heartbeatAt = performance.now();

  /**
   * @param {any} socket  a WebSocket or SockJS that is still opening
   * @param {Range} range
   * @param {SessionEvents} events
   */
  constructor(socket, range, events) {
    this.#socket = socket;
    this.#range = range;
    this.#events = events;
    this.#client = new Client({
      webSocketFactory: () => socket,
      stompVersions: new Versions([Versions.V1_2]),
      connectHeaders: { "time-range": range },
      heartbeatIncoming: HEARTBEAT_MS,
      heartbeatOutgoing: HEARTBEAT_MS,
      reconnectDelay: 0,
      discardWebsocketOnCommFailure: true,
      onConnect: () => this.#connected(),
      onWebSocketClose: () => this.end(),
      onStompError: frame => {
        events.onRefused(frame.headers.message || "The server refused the connection.");
        this.end();
      },
    });
    this.#client.activate();
  }

  get connected() {
    return !this.#ended && this.#client.connected;
  }

  /** @param {Range} range */
  ask(range) {
    this.#range = range;
    if (!this.connected) return;
    const body = JSON.stringify({ time_range: range });
    this.#client.publish({ destination: RANGE_DESTINATION, headers: { "content-type": "application/json" }, body });
  }

  /** Closes without waiting for the other side, which may be gone. */
  end() {
    if (this.#ended) return;
    this.#ended = true;
    this.#client.deactivate({ force: true }).catch(() => {});
    try {
      this.#socket.close();
    } catch {
      // A socket that can't be closed has nothing left to close.
    }
    this.#events.onClosed();
  }

  #connected() {
    if (this.#ended) return;
    if (this.#range !== this.#client.connectHeaders["time-range"]) this.ask(this.#range);
    this.#client.subscribe(ERRORS_DESTINATION, frame => this.#deliver(frame, this.#events.onRequestError));
    for (const feed of FEEDS) {
      this.#client.subscribe(TOPICS[feed], frame =>
        this.#deliver(frame, message => this.#events.onMessage(feed, message)));
    }
    this.#events.onConnected();
  }

  /**
   * @param {IMessage} frame
   * @param {(message: unknown) => void} take
   */
  #deliver(frame, take) {
    if (this.#ended) return;
    this.#beatWhileHidden();
    take(parse(frame.body));
  }

  #beatWhileHidden() {
    const now = performance.now();
    if (!document.hidden || now - this.#heartbeatAt < HIDDEN_HEARTBEAT_MS) return;
    this.#heartbeatAt = now;
    this.#socket.send("\n");
  }
}

/** @param {string} body */
function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
