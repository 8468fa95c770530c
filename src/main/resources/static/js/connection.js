/** @import { Feed, Range } from "./messages.js" */
import { Backoff } from "./backoff.js";
import { Session } from "./session.js";
import { TransportChoice, describeTransport, openSocket } from "./transports.js";

/** A connection that lasted this long was a good one: the next wait starts small again. */
const GOOD_AFTER_MS = 10_000;

/**
 * @typedef {object} ConnectionEvents
 * @property {() => void} onConnected
 * @property {() => void} onLost
 * @property {(feed: Feed, message: unknown) => void} onMessage
 * @property {(message: unknown) => void} onRequestError
 * @property {(sentence: string) => void} onRefused
 */

/** Keeps exactly one session open, for ever: at any time there is one session, one try under way, or one timer. */
export class Connection {
  #backoff = new Backoff();
  #choice = new TransportChoice();
  #events;
  #range;

  /** @type {any} */
  #socket;
  /** @type {Session | undefined} */
  #session;
  #busy = false;
  #wokenWhileBusy = false;
  #retryTimer = 0;
  #connectTimer = 0;
  #startedAt = 0;
  #connectedAt = 0;

  /**
   * @param {Range} range
   * @param {ConnectionEvents} events
   */
  constructor(range, events) {
    this.#range = range;
    this.#events = events;
  }

  get connected() {
    return this.#session?.connected ?? false;
  }

  get transport() {
    return this.#choice.current;
  }

  get transportName() {
    return describeTransport(this.#choice.current, this.#socket);
  }

  start() {
    void this.#open();
  }

  /** Something changed for the better (network, visibility): don't wait for the timer. */
  wake() {
    if (this.#session) return;
    if (this.#busy) this.#wokenWhileBusy = true;
    else void this.#open();
  }

  /** Gives up a session that is open but says nothing. */
  replace() {
    this.#backoff.reset();
    this.#session?.end();
  }

  /** @param {Range} range */
  ask(range) {
    this.#range = range;
    this.#session?.ask(range);
  }

  async #open() {
    if (this.#session || this.#busy) return;
    clearTimeout(this.#retryTimer);
    this.#busy = true;
    this.#startedAt = performance.now();
    this.#connectedAt = 0;
    try {
      this.#socket = await openSocket(this.#choice.current);
    } catch {
      await this.#closed();
      return;
    }
    this.#busy = false;
    this.#session = new Session(this.#socket, this.#range, {
      onConnected: () => this.#connected(),
      onClosed: () => void this.#closed(),
      onMessage: this.#events.onMessage,
      onRequestError: this.#events.onRequestError,
      onRefused: this.#events.onRefused,
    });
    const session = this.#session;
    this.#connectTimer = setTimeout(() => session.end(), this.#choice.connectWithinMs);
  }

  #connected() {
    clearTimeout(this.#connectTimer);
    this.#connectedAt = performance.now();
    this.#choice.succeeded();
    this.#events.onConnected();
  }

  async #closed() {
    clearTimeout(this.#connectTimer);
    this.#session = undefined;
    this.#busy = true;
    this.#wokenWhileBusy = false;
    this.#events.onLost();
    const now = performance.now();
    if (!this.#connectedAt) await this.#choice.failed(now - this.#startedAt >= this.#choice.connectWithinMs);
    else if (now - this.#connectedAt >= GOOD_AFTER_MS) this.#backoff.reset();
    this.#busy = false;
    const wait = this.#wokenWhileBusy ? 0 : this.#backoff.next();
    this.#retryTimer = setTimeout(() => void this.#open(), wait);
  }
}
