/** @import { Range } from "./messages.js" */

const PARAMETER = "range";

/** Every server offers it. */
export const DEFAULT_RANGE = "24h";

const PATTERN = /^([1-9][0-9]{0,6})([mhd])$/;

const DAY_MINUTES = 1_440;

/** @type {Readonly<Record<string, {name: string, short: string, minutes: number}>>} */
const UNITS = Object.freeze({
  m: { name: "minute", short: "min", minutes: 1 },
  h: { name: "hour", short: "h", minutes: 60 },
  d: { name: "day", short: "d", minutes: DAY_MINUTES },
});

/**
 * @param {string | null} text
 * @returns {text is Range} whether it is written like a range; the server knows which of them it offers
 */
export function isRange(text) {
  return text !== null && PATTERN.test(text);
}

/** @param {Range} range */
function parts(range) {
  const [, count = "0", letter = "m"] = PATTERN.exec(range) ?? [];
  return { count: Number(count), unit: UNITS[letter] };
}

/**
 * @param {Range} range
 * @returns {string} such as "Last hour", "Last 7 days"
 */
export function rangeName(range) {
  const { count, unit } = parts(range);
  return count === 1 ? `Last ${unit.name}` : `Last ${count} ${unit.name}s`;
}

/**
 * @param {Range} range
 * @returns {string} such as "7 d"
 */
export function shortRangeName(range) {
  const { count, unit } = parts(range);
  return `${count} ${unit.short}`;
}

/**
 * @param {Range} range
 * @returns {number} whole days before the day of "now" in which the window begins at the latest
 */
export function daysBack(range) {
  const { count, unit } = parts(range);
  return Math.floor(count * unit.minutes / DAY_MINUTES);
}

/**
 * The range that the page's address asks for; what isn't one is the default.
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
