/** @import { Feed } from "./messages.js" */
/** @import { FeedState } from "./feed-state.js" */
import { first, write } from "./dom.js";
import { utcTime } from "./format.js";
import { numberAt } from "./metrics.js";

/**
 * Puts every card of a feed into its state: `loading`, `live`, `stale` or `empty` in `data-state`. A card that is
 * stale and empty is stale, and `data-empty` says the rest.
 *
 * @param {Feed} feed
 * @param {FeedState} state
 * @param {boolean} connected
 */
export function showCardStates(feed, state, connected) {
  for (const card of cardsOf(feed)) {
    const { data } = state;
    const stale = !connected || !state.fresh;
    const empty = data !== undefined && card.dataset.emptyWhenZero !== undefined
      && !numberAt(data, card.dataset.emptyWhenZero);
    const word = !data ? "loading" : stale ? "stale" : empty ? "empty" : "live";
    if (card.dataset.state !== word) card.dataset.state = word;
    card.toggleAttribute("data-empty", empty);
    card.ariaBusy = word === "loading" ? "true" : "false";
    const since = word === "stale" && state.asOf !== undefined ? `since ${utcTime(state.asOf)}` : "";
    write(first(card, ".card-note"), since);
  }
}

/**
 * @param {Feed} feed
 * @returns {NodeListOf<HTMLElement>}
 */
function cardsOf(feed) {
  return document.querySelectorAll(`.card[data-feed="${feed}"]`);
}
