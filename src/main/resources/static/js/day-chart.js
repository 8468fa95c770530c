/** @import { DayCount } from "./messages.js" */
import { first, make, write } from "./dom.js";
import { full, short, utcDay } from "./format.js";

const DAY_MS = 86_400_000;

/** More days than any range has; a wrong date must not make a million bars. */
const MOST_DAYS = 92;

/** Bars per UTC day. The wire leaves out days without any; the chart puts them back as gaps. */
export class DayChart {
  #root;
  #plot;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    this.#plot = first(root, ".days-plot");
  }

  /**
   * @param {DayCount[]} trend
   * @param {number} today  the instant the numbers are from, in milliseconds since 1970
   * @param {number} daysBack  days of the window before today's
   */
  show(trend, today, daysBack) {
    const days = fillGaps(trend, today, daysBack);
    const top = niceTop(Math.max(1, ...days.map(day => day.count)));
    this.#showScale(days, top);
    while (this.#plot.children.length > days.length) this.#plot.lastElementChild?.remove();
    while (this.#plot.children.length < days.length) this.#plot.append(make("span", "day"));
    days.forEach((day, index) => fill(/** @type {HTMLElement} */ (this.#plot.children[index]), day, top));
  }

  /**
   * @param {DayCount[]} days
   * @param {number} top
   */
  #showScale(days, top) {
    write(first(this.#root, ".days-top"), short(top, "count"));
    write(first(this.#root, ".days-half"), short(top / 2, "count"));
    const labels = days.map(day => utcDay(Date.parse(day.date)));
    const middle = days.length > 2 ? labels[Math.floor((days.length - 1) / 2)] : "";
    write(first(this.#root, ".days-first"), days.length > 1 ? labels[0] : "");
    write(first(this.#root, ".days-middle"), days.length > 1 ? middle : labels[0]);
    write(first(this.#root, ".days-last"), days.length > 1 ? labels[labels.length - 1] : "");
    const sum = days.reduce((count, day) => count + day.count, 0);
    const span = days.length > 1 ? `${labels[0]} to ${labels[labels.length - 1]}` : labels[0];
    this.#plot.ariaLabel = `Redactions per UTC day, ${span}: ${full(sum, "count")} in all`;
  }
}

/**
 * @param {HTMLElement} bar
 * @param {DayCount} day
 * @param {number} top
 */
function fill(bar, day, top) {
  bar.style.setProperty("--share", (day.count / top).toFixed(4));
  bar.title = `${day.date} (UTC day): ${full(day.count, "count")}`;
  bar.dataset.metric = `security.redactions.trend.${day.date}`;
  bar.dataset.value = String(day.count);
}

/**
 * @param {DayCount[]} trend
 * @param {number} today
 * @param {number} daysBack
 * @returns {DayCount[]}
 */
function fillGaps(trend, today, daysBack) {
  const counts = new Map(trend.map(({ date, count }) => [date, count]));
  const known = trend.map(({ date }) => Date.parse(date)).filter(Number.isFinite);
  const last = Math.max(startOfDay(today), ...known);
  const start = Math.max(last - MOST_DAYS * DAY_MS, Math.min(last - daysBack * DAY_MS, ...known));
  const days = [];
  for (let day = start; day <= last; day += DAY_MS) {
    const date = new Date(day).toISOString().slice(0, 10);
    days.push({ date, count: counts.get(date) ?? 0 });
  }
  return days;
}

/** @param {number} instant */
function startOfDay(instant) {
  return Math.floor(instant / DAY_MS) * DAY_MS;
}

/**
 * @param {number} highest
 * @returns {number} the next of 2, 4, 6, 8, 10, 20, 40, …, whose half is whole too
 */
function niceTop(highest) {
  const unit = 10 ** Math.floor(Math.log10(highest));
  const factor = [2, 4, 6, 8, 10].find(step => step * unit >= highest) ?? 10;
  return factor * unit;
}
