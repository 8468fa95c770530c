/** @import { Range } from "./messages.js" */
import { byId } from "./dom.js";
import { isRange } from "./ranges.js";

/**
 * The radio buttons of the top bar. They are real radio buttons: arrow keys work without help from here.
 *
 * @param {Range} chosen
 * @param {(range: Range) => void} onChoose
 */
export function startRangePicker(chosen, onChoose) {
  const picker = byId("range-picker");
  for (const input of picker.querySelectorAll("input")) input.checked = input.value === chosen;
  picker.addEventListener("change", event => {
    const { value } = /** @type {HTMLInputElement} */ (event.target);
    if (isRange(value)) onChoose(value);
  });
}
