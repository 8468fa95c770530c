/**
 * The shapes of what the server says. Field names are the wire's. A number that may be null means
 * "none in this window", never zero.
 */

/** @typedef {string} Range  such as `24h` */

/** @typedef {"overview" | "security" | "performance" | "circuit_breaker"} Feed */

/** @typedef {Record<string, number>} Counts  name → how many */

/**
 * @typedef {object} OverviewMetrics
 * @property {Range} time_range
 * @property {{total: number, successful: number, failed: number, success_rate: number}} ingestions
 *   `success_rate` is a fraction, 0 when there is no batch
 * @property {{total_processed: number, total_successful: number, total_failed: number}} records
 * @property {{total: number, by_field: Counts, by_rule: Counts, by_adapter: Counts}} redactions
 * @property {{status: "closed" | "open" | "half_open", failure_rate: number} | null} circuit_breaker
 */

/**
 * @typedef {object} SecurityMetrics
 * @property {Range} time_range
 * @property {{total: number, by_rule: Counts, by_adapter: Counts, trend: DayCount[]}} redactions
 * @property {{total: number, by_severity: Counts, by_type: Counts}} audit_events
 *   rows without a severity count in the total only
 */

/**
 * @typedef {object} DayCount
 * @property {string} date  a UTC day, `2026-11-20`; days without any are left out
 * @property {number} count
 */

/**
 * @typedef {object} PerformanceMetrics
 * @property {Range} time_range
 * @property {{records_per_second: number | null, peak_records_per_second: number | null}} throughput
 * @property {{avg_processing_time_ms: number | null, p50_ms: number | null, p95_ms: number | null, p99_ms: number | null}} latency
 * @property {{total_files: number}} file_processing
 */

/**
 * @typedef {object} CircuitBreakerStatus  always over the last hour, whatever the range
 * @property {boolean} is_open
 * @property {number} failure_rate  a percentage, 0 to 100
 * @property {number} threshold  a percentage
 * @property {number} records_in_window
 * @property {number} failures_in_window
 */

/** @typedef {OverviewMetrics | SecurityMetrics | PerformanceMetrics | CircuitBreakerStatus} Metrics */

/**
 * @typedef {object} SnapshotMessage
 * @property {string} type  `metrics_update` and its siblings
 * @property {string} timestamp  UTC without zone
 * @property {Metrics} data
 * @property {number} sequence  grows with every snapshot of one feed and range
 * @property {number} epoch  grows with every start of the server
 * @property {string} as_of  the instant the numbers are from, with Z
 * @property {boolean} stale  the server couldn't compute newer numbers
 */

/**
 * @typedef {object} ErrorMessage
 * @property {"error"} type
 * @property {string} timestamp
 * @property {string} error  a sentence for the user
 * @property {string} error_type
 */

/**
 * @typedef {object} Health
 * @property {"healthy" | "degraded" | "unhealthy"} status
 * @property {string} version
 * @property {"demo" | "pipeline"} [data_origin]
 * @property {"ready" | "pending" | "read-only" | "failed"} [schema]
 * @property {{mode: "starting" | "live" | "backfilling" | "full-scan" | "failing", covered_from: string | null,
 *   percent: number | null}} [rollup]
 * @property {number} [update_interval_ms]
 * @property {Range[]} [time_ranges]  the ranges that topics offer, from the shortest to the longest
 */

/** Where each feed is published. @type {Readonly<Record<Feed, string>>} */
export const TOPICS = Object.freeze({
  overview: "/topic/metrics",
  security: "/topic/security",
  performance: "/topic/performance",
  circuit_breaker: "/topic/circuit-breaker",
});

/** @type {ReadonlyArray<Feed>} */
export const FEEDS = Object.freeze(/** @type {Feed[]} */ (Object.keys(TOPICS)));

/**
 * @param {unknown} message
 * @returns {message is ErrorMessage}
 */
export function isError(message) {
  return isObject(message) && message.type === "error" && typeof message.error === "string";
}

/**
 * @param {unknown} message
 * @returns {message is SnapshotMessage}
 */
export function isSnapshot(message) {
  return isObject(message) && isObject(message.data) && typeof message.sequence === "number";
}

/**
 * @param {unknown} value
 * @returns {value is Record<string, unknown>}
 */
function isObject(value) {
  return typeof value === "object" && value !== null;
}
