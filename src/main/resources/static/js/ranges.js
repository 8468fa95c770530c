/** @import { Range } from "./messages.js" */

const PARAMETER = "range";

/** @type {Range} */
const DEFAULT_RANGE = "24h";

/** What each range is called, and the days its window can touch before today. */
const RANGES = Object.freeze({
  "1h": { name: "Last hour", daysBack: 0 },
  "24h": { name: "Last 24 h", daysBack: 1 },
  "7d": { name: "Last 7 days", daysBack: 7 },
  "30d": { name: "Last 30 days", daysBack: 30 },
});

/**
 * @param {string | null} text
 * @returns {text is Range}
 */
export function isRange(text) {
  return text !== null && Object.hasOwn(RANGES, text);
}

/**
 * @param {Range} range
 * @returns {string}
 */
export function rangeName(range) {
  return RANGES[range].name;
}

/**
 * @param {Range} range
 * @returns {number} whole days before the day of "now" in which the window may begin
 */
export function daysBack(range) {
  return RANGES[range].daysBack;
}

/**
 * The range that the page's address asks for; what it doesn't know is the default.
 *
 * @returns {Range}
 */
export function rangeOfAddress() {
  const asked = new URL(location.href).searchParams.get(PARAMETER);
  return isRange(asked) ? asked : DEFAULT_RANGE;
}

/** @param {Range} range */
export function keepInAddress(range) {
  const address = new URL(location.href);
  if (address.searchParams.get(PARAMETER) === range) return;
  address.searchParams.set(PARAMETER, range);
  history.replaceState(history.state, "", address);
}
