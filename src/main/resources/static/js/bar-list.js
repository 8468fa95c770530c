/** @import { Counts } from "./messages.js" */
import { make, write } from "./dom.js";
import { forgetNumber, showNumber } from "./number.js";

const ROWS = 6;

/** @typedef {{name: string, count: number, metric?: string, tone?: string}} Row */

/** @typedef {{root: HTMLElement, name: HTMLElement, count: HTMLElement}} RowElements */

/** Horizontal bars, longest first, in a list whose height never changes. */
export class BarList {
  #metric;

  /** @type {RowElements[]} */
  #rows = [];

  /**
   * @param {HTMLElement} list  an empty `ul`
   * @param {string} metric  the feed and path of the counts
   */
  constructor(list, metric) {
    this.#metric = metric;
    for (let index = 0; index < ROWS; index++) {
      const name = make("span", "bar-name");
      const count = make("span", "bar-count");
      const track = make("span", "bar-track", make("span", "bar-fill"));
      const root = make("li", "bar", name, track, count);
      root.hidden = true;
      list.append(root);
      this.#rows.push({ root, name, count });
    }
  }

  /** @param {Counts} counts */
  show(counts) {
    const sorted = Object.entries(counts ?? {})
      .map(([name, count]) => ({ name, count, metric: `${this.#metric}.${name}` }))
      .sort((left, right) => right.count - left.count || left.name.localeCompare(right.name));
    this.showRows(fold(sorted));
  }

  /** @param {Row[]} rows  at most six, in the order to show */
  showRows(rows) {
    const most = Math.max(1, ...rows.map(row => row.count));
    this.#rows.forEach((elements, index) => {
      const row = rows.at(index);
      elements.root.hidden = row === undefined;
      if (row) fill(elements, row, row.count / most);
      else forgetNumber(elements.count);
    });
  }
}

/**
 * @param {Row[]} rows
 * @returns {Row[]} as many as there is room for, the rest as one
 */
function fold(rows) {
  if (rows.length <= ROWS) return rows;
  const rest = rows.slice(ROWS - 1);
  const count = rest.reduce((sum, row) => sum + row.count, 0);
  return [...rows.slice(0, ROWS - 1), { name: `${rest.length} others`, count, tone: "rest" }];
}

/**
 * @param {RowElements} elements
 * @param {Row} row
 * @param {number} share  of the longest bar, 0 to 1
 */
function fill({ root, name, count }, row, share) {
  if (name.textContent !== row.name) forgetNumber(count);
  write(name, row.name);
  name.title = row.name;
  root.dataset.tone = row.tone ?? "";
  root.style.setProperty("--share", share.toFixed(4));
  count.dataset.metric = row.metric ?? "";
  showNumber(count, row.count, "count");
}
