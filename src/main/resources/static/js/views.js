/** @import { CircuitBreakerStatus, Feed, Metrics, OverviewMetrics, Range, SecurityMetrics } from "./messages.js" */
import { BarList } from "./bar-list.js";
import { DayChart } from "./day-chart.js";
import { byId, write } from "./dom.js";
import { daysBack } from "./ranges.js";
import { severityRows } from "./severities.js";

/** What a feed shows beyond its single numbers: lists, the chart, words. */
export class Views {
  #fields = new BarList(byId("by-field"), "overview.redactions.by_field");
  #adapters = new BarList(byId("by-adapter"), "overview.redactions.by_adapter");
  #rules = new BarList(byId("by-rule"), "security.redactions.by_rule");
  #severities = new BarList(byId("by-severity"), "security.audit_events.by_severity");
  #types = new BarList(byId("by-type"), "security.audit_events.by_type");
  #days = new DayChart(byId("trend"));

  /**
   * @param {Feed} feed
   * @param {Metrics} data
   * @param {Range} range
   * @param {number} asOf  milliseconds since 1970
   */
  show(feed, data, range, asOf) {
    if (feed === "overview") this.#overview(/** @type {OverviewMetrics} */ (data));
    if (feed === "security") this.#security(/** @type {SecurityMetrics} */ (data), range, asOf);
    if (feed === "circuit_breaker") showBreaker(/** @type {CircuitBreakerStatus} */ (data));
  }

  /** @param {OverviewMetrics} data */
  #overview({ redactions }) {
    this.#fields.show(redactions.by_field);
    this.#adapters.show(redactions.by_adapter);
  }

  /**
   * @param {SecurityMetrics} data
   * @param {Range} range
   * @param {number} asOf
   */
  #security({ redactions, audit_events: events }, range, asOf) {
    this.#rules.show(redactions.by_rule);
    this.#days.show(redactions.trend ?? [], asOf, daysBack(range));
    this.#severities.showRows(severityRows(events.by_severity ?? {}, events.total));
    this.#types.show(events.by_type);
  }
}

/** @param {CircuitBreakerStatus} status */
function showBreaker({ is_open: open }) {
  const element = byId("breaker-state");
  element.dataset.value = String(open);
  element.dataset.breaker = open ? "open" : "closed";
  element.title = open
    ? "Too large a part of the last hour's events failed"
    : "The failure rate of the last hour is under the threshold";
  write(element, open ? "Open" : "Closed");
}
