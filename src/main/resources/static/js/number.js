/** @import { Format } from "./format.js" */
import { write } from "./dom.js";
import { NONE, full, short } from "./format.js";

const GLOW_MS = 600;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** What each element showed last; what is not in here has nothing to glow about. @type {WeakMap<Element, string>} */
const shown = new WeakMap();

/**
 * Shows a number: short as text, whole in the title, as it came in `data-value` (empty when there is none).
 *
 * @param {HTMLElement} element
 * @param {number | null | undefined} value
 * @param {Format} format
 */
export function showNumber(element, value, format) {
  const known = typeof value === "number" && Number.isFinite(value);
  const raw = known ? String(value) : "";
  write(element, known ? short(value, format) : NONE);
  element.title = known ? full(value, format) : "None in this window";
  element.dataset.value = raw;
  const before = shown.get(element);
  shown.set(element, raw);
  if (before !== undefined && before !== raw) glow(element);
}

/** Forgets the number without changing the page: the next one is a first one. @param {Element} element */
export function forgetNumber(element) {
  shown.delete(element);
}

/** @param {HTMLElement} element */
function glow(element) {
  if (CALM.matches) return;
  element.animate(
    [{ backgroundColor: "var(--accent-soft)", boxShadow: "0 0 0 4px var(--accent-soft)" }, {}],
    { duration: GLOW_MS, easing: "ease-out" });
}
