/** @import { FeedState } from "./feed-state.js" */

/** How long the server may take to answer before silence means something, in milliseconds. */
const PATIENCE_MS = 3_000;

/** @typedef {"live" | "stale" | "offline" | "connecting"} State */

/**
 * What the whole page can claim. "live" needs proof from every feed; while an answer to a question just asked is
 * under way, the last claim stands.
 *
 * @param {object} evidence
 * @param {boolean} evidence.connected
 * @param {boolean} evidence.everConnected
 * @param {number} evidence.askedMsAgo  since the session began or another range was asked for
 * @param {number} evidence.tryingMsAgo  since the page began to try
 * @param {FeedState[]} evidence.feeds
 * @param {State} before
 * @returns {State}
 */
export function judge({ connected, everConnected, askedMsAgo, tryingMsAgo, feeds }, before) {
  if (!connected) return everConnected || tryingMsAgo > PATIENCE_MS ? "offline" : "connecting";
  if (feeds.every(feed => feed.fresh)) return "live";
  const waiting = askedMsAgo < PATIENCE_MS && feeds.every(feed => feed.fresh || !feed.data);
  if (!waiting) return "stale";
  return before === "offline" ? "connecting" : before;
}

/**
 * @param {FeedState[]} feeds
 * @returns {number | undefined} the age of the oldest snapshot, in milliseconds
 */
export function oldestAge(feeds) {
  const ages = feeds.flatMap(feed => feed.ageMs ?? []);
  return ages.length > 0 ? Math.max(...ages) : undefined;
}
