/** @import { Feed, Metrics } from "./messages.js" */
/** @import { Format } from "./format.js" */
import { forgetNumber, showNumber } from "./number.js";

/**
 * The single numbers of the page. index.html says where each is shown: `data-metric` is the feed and the path in
 * its data, `data-format` how to write it, `data-needs` a path whose number must not be 0 for this one to mean
 * anything (a rate of nothing is not a rate of zero).
 *
 * @param {Feed} feed
 * @param {Metrics} data
 */
export function showMetrics(feed, data) {
  for (const element of elementsOf(feed)) {
    const { metric = "", needs, format } = element.dataset;
    const value = needs && !numberAt(data, needs) ? null : numberAt(data, metric.slice(feed.length + 1));
    showNumber(element, value, /** @type {Format} */ (format));
  }
}

/** @param {Feed} feed */
export function forgetMetrics(feed) {
  elementsOf(feed).forEach(forgetNumber);
}

/**
 * @param {Metrics} data
 * @param {string} path  `ingestions.total`
 * @returns {number | null}
 */
export function numberAt(data, path) {
  /** @type {any} */
  let value = data;
  for (const name of path.split(".")) value = value?.[name];
  return typeof value === "number" ? value : null;
}

/**
 * @param {Feed} feed
 * @returns {NodeListOf<HTMLElement>}
 */
function elementsOf(feed) {
  return document.querySelectorAll(`[data-format][data-metric^="${feed}."]`);
}
