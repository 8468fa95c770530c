/** @import { Health, Range } from "./messages.js" */
import { byId, write } from "./dom.js";
import { setUpdateInterval } from "./freshness.js";

const ADDRESS = "/api/health";
const WITHIN_MS = 5_000;

const PASSING_MODES = new Set(["starting", "backfilling"]);

/** @type {Readonly<Record<string, string>>} */
const SCHEMA_NOTES = Object.freeze({
  "read-only": "The database role may only read: every number is read from the tables, which is slower",
  pending: "The database's schema is not ready yet",
  failed: "The database's schema could not be set up; the server's log says why",
});

/** @type {Readonly<Record<string, string>>} */
const ROLLUP_NOTES = Object.freeze({
  "full-scan": "Every number is read from the tables, which is slower: the database role may not create triggers",
  failing: "The counts can't be kept up to date; the server's log says why. Numbers are read from the tables",
});

/** @param {Health["rollup"]} rollup */
function rollupNote(rollup) {
  if (rollup?.mode === "backfilling") return `Counting the rows that were there before: ${rollup.percent ?? 0} % done`;
  return ROLLUP_NOTES[rollup?.mode ?? ""] ?? "";
}

/**
 * Shows what only the server knows about its numbers: whether they are made up, and how they are had.
 *
 * @param {(ranges: Range[]) => void} onRanges  takes the ranges that the server offers
 * @returns {Promise<boolean>} whether it will be something else in a moment
 */
export async function showHealth(onRanges) {
  const health = await fetchHealth();
  if (!health) return false;
  if (health.time_ranges?.length) onRanges(health.time_ranges);
  if (health.update_interval_ms) setUpdateInterval(health.update_interval_ms);
  byId("demo-mark").hidden = health.data_origin !== "demo";
  write(byId("schema-note"), SCHEMA_NOTES[health.schema ?? ""] ?? rollupNote(health.rollup));
  write(byId("version"), health.version ? `Version ${health.version}` : "");
  return PASSING_MODES.has(health.rollup?.mode ?? "");
}

/** @returns {Promise<Health | undefined>} nothing when the server is away; the badge tells that */
async function fetchHealth() {
  try {
    const answer = await fetch(ADDRESS, { cache: "no-store", signal: AbortSignal.timeout(WITHIN_MS) });
    return answer.ok ? await answer.json() : undefined;
  } catch {
    return undefined;
  }
}
