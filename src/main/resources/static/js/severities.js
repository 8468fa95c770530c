/** @import { Counts } from "./messages.js" */
/** @import { Row } from "./bar-list.js" */

/** Worst first; the tone picks the dot's colour and shape. */
const KNOWN = Object.freeze([
  { name: "CRITICAL", tone: "critical" },
  { name: "ERROR", tone: "bad" },
  { name: "WARNING", tone: "warn" },
  { name: "INFO", tone: "plain" },
]);

/**
 * Rows for the severity card: the four known ones always, so that their places never change, then whatever else
 * the pipeline wrote, then the rows that have no severity and count in the total only.
 *
 * @param {Counts} bySeverity
 * @param {number} total
 * @returns {Row[]}
 */
export function severityRows(bySeverity, total) {
  if (total === 0) return [];
  const rows = KNOWN.map(({ name, tone }) => ({ name, tone, count: bySeverity[name] ?? 0, metric: metricOf(name) }));
  const others = Object.entries(bySeverity).filter(([name]) => !KNOWN.some(known => known.name === name));
  const otherCount = others.reduce((sum, [, count]) => sum + count, 0);
  const without = total - otherCount - rows.reduce((sum, row) => sum + row.count, 0);
  return [
    ...rows,
    ...(others.length === 1 ? [{ name: others[0][0], tone: "rest", count: otherCount, metric: metricOf(others[0][0]) }] : []),
    ...(others.length > 1 ? [{ name: `${others.length} others`, tone: "rest", count: otherCount }] : []),
    ...(without > 0 ? [{ name: "without severity", tone: "rest", count: without }] : []),
  ];
}

/** @param {string} name */
function metricOf(name) {
  return `security.audit_events.by_severity.${name}`;
}
