/** @import { Range } from "./messages.js" */
import { byId, make } from "./dom.js";
import { isRange, rangeName, shortRangeName } from "./ranges.js";

/**
 * The radio buttons of the top bar. They are real radio buttons: arrow keys work without help from here.
 *
 * @param {Range} chosen
 * @param {(range: Range) => void} onChoose
 */
export function startRangePicker(chosen, onChoose) {
  showChosen(chosen);
  byId("range-picker").addEventListener("change", event => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    if (isRange(value)) onChoose(value);
  });
}

/** @param {Range} chosen */
export function showChosen(chosen) {
  for (const input of inputs()) input.checked = input.value === chosen;
}

/**
 * Shows what the server offers, which is what the page was written with unless somebody has configured it.
 *
 * @param {Range[]} ranges
 * @param {Range} chosen
 */
export function offerRanges(ranges, chosen) {
  if (inputs().map(input => input.value).join() === ranges.join()) return;
  const picker = byId("range-picker");
  for (const label of picker.querySelectorAll("label")) label.remove();
  picker.append(...ranges.map(label));
  showChosen(chosen);
}

/** @param {Range} range */
function label(range) {
  const label = make("label", "");
  label.title = rangeName(range);
  const input = /** @type {HTMLInputElement} */ (make("input", ""));
  Object.assign(input, { type: "radio", name: "range", value: range });
  const text = make("span", "");
  text.textContent = shortRangeName(range);
  label.append(input, text);
  return label;
}

function inputs() {
  return [...byId("range-picker").querySelectorAll("input")];
}
