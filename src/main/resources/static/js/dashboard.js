/** @import { Feed, Range } from "./messages.js" */
/** @import { State } from "./judgement.js" */
import { Badge } from "./badge.js";
import { showCardStates } from "./cards.js";
import { Since } from "./clock.js";
import { Connection } from "./connection.js";
import { byId, write } from "./dom.js";
import { FeedState } from "./feed-state.js";
import { utcTime } from "./format.js";
import { freshForMs } from "./freshness.js";
import { showHealth } from "./health.js";
import { judge, oldestAge } from "./judgement.js";
import { FEEDS, isError, isSnapshot } from "./messages.js";
import { forgetMetrics, showMetrics } from "./metrics.js";
import { Notice } from "./notice.js";
import { offerRanges, showChosen } from "./range-picker.js";
import { DEFAULT_RANGE, keepInAddress, rangeName } from "./ranges.js";
import { Views } from "./views.js";

const TICK_MS = 1_000;

/** How soon to look again at what passes, such as the counting of old rows. */
const HEALTH_AGAIN_MS = 3_000;

/** How long numbers of another range may come before the question counts as lost. */
const ASK_AGAIN_AFTER_MS = 5_000;

/** The page: messages come in from the connection, states and numbers go out to the elements. */
export class Dashboard {
  #badge = new Badge();
  #notice = new Notice();
  #views = new Views();
  #feeds = /** @type {Record<Feed, FeedState>} */ (Object.fromEntries(FEEDS.map(feed => [feed, new FeedState()])));
  #range;
  #connection;
  #began = new Since();
  #asked = new Since();
  #heard = new Since();
  #everConnected = false;
  #healthTimer = 0;

  /** @type {State} */
  #state = "connecting";

  /** @param {Range} range */
  constructor(range) {
    this.#range = range;
    this.#connection = new Connection(range, {
      onConnected: () => this.#connected(),
      onLost: () => this.#refresh(),
      onMessage: (feed, message) => this.#take(feed, message),
      onRequestError: message => isError(message) && this.#notice.answer(message.error),
      onRefused: sentence => this.#refused(sentence),
    });
  }

  start() {
    keepInAddress(this.#range);
    this.#connection.start();
    this.#refresh();
    setInterval(() => this.#refresh(), TICK_MS);
    void this.#showHealth();
  }

  /** @param {Range} range */
  choose(range) {
    if (range === this.#range) return;
    this.#range = range;
    keepInAddress(range);
    showChosen(range);
    for (const feed of FEEDS) {
      if (feed === "circuit_breaker") continue;
      this.#feeds[feed].forget();
      forgetMetrics(feed);
    }
    this.#ask();
    this.#refresh();
  }

  async #showHealth() {
    clearTimeout(this.#healthTimer);
    const passes = await showHealth(ranges => {
      if (!ranges.includes(this.#range)) this.choose(DEFAULT_RANGE);
      offerRanges(ranges, this.#range);
    });
    clearTimeout(this.#healthTimer);
    if (passes) this.#healthTimer = setTimeout(() => void this.#showHealth(), HEALTH_AGAIN_MS);
  }

  #ask() {
    this.#asked = new Since();
    this.#connection.ask(this.#range);
  }

  /** Somebody looks, or the network is back. */
  wake() {
    // A connected page that has had nothing for so long doesn't trust its socket when it is looked at again.
    if (this.#connection.connected && this.#heard.ms > freshForMs()) this.#connection.replace();
    else this.#connection.wake();
    this.#refresh();
  }

  #connected() {
    this.#everConnected = true;
    this.#asked = new Since();
    this.#heard = new Since();
    this.#refresh();
    void this.#showHealth();
  }

  /** @param {string} sentence */
  #refused(sentence) {
    this.#notice.trouble(sentence);
    // Maybe the server offers other ranges than it did.
    void this.#showHealth();
  }

  /**
   * @param {Feed} feed
   * @param {unknown} message
   */
  #take(feed, message) {
    this.#heard = new Since();
    if (isError(message)) this.#notice.trouble(message.error);
    else if (isSnapshot(message) && this.#feeds[feed].take(message, this.#range)) {
      showMetrics(feed, message.data);
      this.#views.show(feed, message.data, this.#range, this.#feeds[feed].asOf ?? Date.now());
    } else if (!this.#feeds[feed].data && this.#asked.ms > ASK_AGAIN_AFTER_MS) this.#ask();
    this.#refresh();
  }

  /** Everything that changes with time alone. */
  #refresh() {
    const { connected, transport, transportName } = this.#connection;
    const feeds = Object.values(this.#feeds);
    const before = this.#state;
    this.#state = judge({
      connected,
      everConnected: this.#everConnected,
      askedMsAgo: this.#asked.ms,
      tryingMsAgo: this.#began.ms,
      feeds,
    }, before);
    this.#badge.show(this.#state, transport, transportName, oldestAge(feeds));
    for (const feed of FEEDS) showCardStates(feed, this.#feeds[feed], connected);
    this.#showWindow();
    if (this.#state === "live") this.#notice.settle(moment => feeds.every(feed => feed.arrivedAfter(moment)));
    if (this.#state === "offline" && before !== "offline") this.#tellOffline();
  }

  #showWindow() {
    const asOf = this.#feeds.overview.asOf;
    write(byId("window"), `${rangeName(this.#range)} · ${asOf === undefined ? "waiting for numbers" : `as of ${utcTime(asOf)}`}`);
  }

  #tellOffline() {
    const asOf = this.#feeds.overview.asOf;
    const shown = asOf === undefined ? "" : ` The numbers shown are from ${utcTime(asOf)}.`;
    this.#notice.trouble(`The server can't be reached; the page keeps trying.${shown}`);
  }
}
