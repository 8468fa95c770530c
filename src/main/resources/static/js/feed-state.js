/** @import { Metrics, Range, SnapshotMessage } from "./messages.js" */
import { Since, utcMillis } from "./clock.js";
import { freshForMs } from "./freshness.js";

/** The newest snapshot of one feed, and how much it proves. */
export class FeedState {
  /** @type {SnapshotMessage | undefined} */
  #shown;
  /** @type {Since | undefined} */
  #arrived;
  #lagMs = 0;

  /** The last position of each range: what is not after it is late. @type {Map<string, SnapshotMessage>} */
  #newest = new Map();

  /** @returns {Metrics | undefined} */
  get data() {
    return this.#shown?.data;
  }

  /** @returns {number | undefined} the instant the numbers are from, in milliseconds since 1970 */
  get asOf() {
    if (!this.#shown) return undefined;
    const asOf = utcMillis(this.#shown.as_of ?? this.#shown.timestamp);
    return Number.isNaN(asOf) ? undefined : asOf;
  }

  /** @returns {number | undefined} milliseconds */
  get ageMs() {
    return this.#arrived && this.#arrived.ms + this.#lagMs;
  }

  get fresh() {
    return this.#arrived !== undefined && this.#shown?.stale !== true && this.#arrived.ms <= freshForMs();
  }

  /** @param {Since} moment */
  arrivedAfter(moment) {
    return this.#arrived !== undefined && this.#arrived.ms < moment.ms;
  }

  /**
   * @param {SnapshotMessage} message
   * @param {Range} range  the one chosen now
   * @returns {boolean} whether it is now the one to show
   */
  take(message, range) {
    const its = "time_range" in message.data ? message.data.time_range : undefined;
    if (its !== undefined && its !== range) return false;
    const known = this.#newest.get(its ?? "");
    const order = known ? compare(message, known) : 1;
    if (order < 0 || (order === 0 && this.#shown)) return false;
    this.#newest.set(its ?? "", message);
    this.#shown = message;
    this.#arrived = new Since();
    this.#lagMs = message.stale ? lag(message) : 0;
    return true;
  }

  /** Forgets what is shown, because another range was chosen; remembers how far each range had come. */
  forget() {
    this.#shown = undefined;
    this.#arrived = undefined;
  }
}

/**
 * By the start of the server, then by its snapshots of this feed and range.
 *
 * @param {SnapshotMessage} left
 * @param {SnapshotMessage} right
 */
function compare(left, right) {
  return (left.epoch ?? 0) - (right.epoch ?? 0) || left.sequence - right.sequence;
}

/** @param {SnapshotMessage} message */
function lag(message) {
  return Math.max(0, utcMillis(message.timestamp) - utcMillis(message.as_of)) || 0;
}
