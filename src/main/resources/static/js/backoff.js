const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/** Waits that double, with jitter, so that clients that lost the same server don't come back as one. */
export class Backoff {
  #tries = 0;

  /** @returns {number} how long to wait before the next try, in milliseconds */
  next() {
    const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(this.#tries, 10));
    this.#tries += 1;
    return ceiling * (0.5 + Math.random() / 2);
  }

  reset() {
    this.#tries = 0;
  }
}
