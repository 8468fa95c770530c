/** @import { State } from "./judgement.js" */
/** @import { Transport } from "./transports.js" */
import { byId, first, write } from "./dom.js";
import { ago } from "./format.js";

const TITLE = document.title;

/** @type {Readonly<Record<State, string>>} */
const MEANINGS = Object.freeze({
  live: "Connected, and every feed has sent new numbers within the last seconds",
  stale: "Connected, but some numbers are not up to date",
  offline: "Not connected; trying again",
  connecting: "Connecting for the first time",
});

/** The mark in the top bar that says what the page's numbers are worth. */
export class Badge {
  #root = byId("connection-badge");
  #word = first(this.#root, ".badge-word");
  #transport = first(this.#root, ".badge-transport");
  #age = first(this.#root, ".badge-age");

  /**
   * @param {State} state
   * @param {Transport} transport
   * @param {string} transportName
   * @param {number | undefined} ageMs
   */
  show(state, transport, transportName, ageMs) {
    const word = state.toUpperCase();
    this.#root.dataset.state = state;
    this.#root.dataset.transport = transport;
    this.#root.title = MEANINGS[state];
    write(this.#word, word);
    write(this.#transport, state === "live" || state === "stale" ? transportName : "");
    write(this.#age, ageMs === undefined ? "no data yet" : ago(ageMs));
    const title = state === "stale" || state === "offline" ? `● ${word} – Data-Dialysis` : TITLE;
    if (document.title !== title) document.title = title;
  }
}
