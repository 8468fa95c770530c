import { Since } from "./clock.js";
import { byId, write } from "./dom.js";

/** How long an answer to a request of ours stays at least, in milliseconds. */
const READABLE_MS = 10_000;

/** One sentence about what is wrong. */
export class Notice {
  #root = byId("notice");

  /** @type {Since | undefined} */
  #shownSince;
  #leastMs = 0;

  /** Something is wrong until it is proven right. @param {string} sentence */
  trouble(sentence) {
    this.#show(sentence, 0);
  }

  /** The server refused something that we asked for. @param {string} sentence */
  answer(sentence) {
    this.#show(sentence, READABLE_MS);
  }

  /**
   * All is well: takes the sentence away.
   *
   * @param {(moment: Since) => boolean} provenAfter  whether the proof is younger than a moment
   */
  settle(provenAfter) {
    if (!this.#shownSince || this.#shownSince.ms < this.#leastMs || !provenAfter(this.#shownSince)) return;
    this.#shownSince = undefined;
    this.#root.hidden = true;
    write(this.#root, "");
  }

  /**
   * @param {string} sentence
   * @param {number} leastMs
   */
  #show(sentence, leastMs) {
    this.#shownSince = new Since();
    this.#leastMs = leastMs;
    this.#root.hidden = false;
    write(this.#root, sentence);
  }
}
