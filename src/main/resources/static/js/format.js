const SHORT_FROM = 10_000;
const STEPS = Object.freeze([
  { size: 1e12, sign: "T" },
  { size: 1e9, sign: "G" },
  { size: 1e6, sign: "M" },
  { size: 1e3, sign: "k" },
]);
const NO_BREAK = "\u00a0";

const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const FULL = new Intl.NumberFormat("en", { maximumFractionDigits: 6 });
const UTC_TIME = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "UTC" });
const UTC_DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

/** Stands where there is no number. */
export const NONE = "–";

/** @typedef {"count" | "rate" | "fraction" | "percent" | "ms"} Format */

/** @type {Readonly<Record<Format, (value: number) => string>>} */
const SHORT = Object.freeze({
  count: shorten,
  rate: shorten,
  fraction: value => percent(value * 100),
  percent,
  ms: value => value < 100 ? withDecimal(value) : shorten(value),
});

/**
 * @param {number} value
 * @param {Format} format
 * @returns {string} at most about six characters
 */
export function short(value, format) {
  return SHORT[format](value);
}

/**
 * @param {number} value
 * @param {Format} format
 * @returns {string} with every digit
 */
export function full(value, format) {
  if (format === "fraction") return `${FULL.format(value * 100)}${NO_BREAK}%`;
  if (format === "percent") return `${FULL.format(value)}${NO_BREAK}%`;
  if (format === "ms") return `${FULL.format(value)}${NO_BREAK}ms`;
  return FULL.format(value);
}

/**
 * @param {number} ms
 * @returns {string} "2 s ago"
 */
export function ago(ms) {
  const seconds = Math.floor(ms / 1000);
  if (seconds < 100) return `${seconds} s ago`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 100) return `${minutes} min ago`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ago` : `${Math.floor(hours / 24)} d ago`;
}

/**
 * @param {number} instant  milliseconds since 1970
 * @returns {string} "14:02:11 UTC", with the day in front when it isn't today's
 */
export function utcTime(instant) {
  const time = `${UTC_TIME.format(instant)} UTC`;
  const day = UTC_DAY.format(instant);
  return day === UTC_DAY.format(Date.now()) ? time : `${day}, ${time}`;
}

/**
 * @param {number} instant  milliseconds since 1970
 * @returns {string} "20 Nov"
 */
export function utcDay(instant) {
  return UTC_DAY.format(instant);
}

/** @param {number} value */
function shorten(value) {
  const size = Math.abs(value);
  if (size < SHORT_FROM) return size < 100 && !Number.isInteger(value) ? withDecimal(value) : WHOLE.format(value);
  const step = STEPS.find(candidate => size >= candidate.size * 0.9995) ?? STEPS[STEPS.length - 1];
  const scaled = value / step.size;
  return `${Math.abs(scaled) < 99.95 ? withDecimal(scaled) : WHOLE.format(scaled)}${NO_BREAK}${step.sign}`;
}

/** @param {number} value */
function percent(value) {
  return `${withDecimal(value)}${NO_BREAK}%`;
}

/** @param {number} value */
function withDecimal(value) {
  return value.toFixed(1);
}
