/**
 * Time that has passed since a moment. Two clocks are read and the longer time counts: the monotonic one can't be
 * set back, the other goes on while the computer sleeps. So data may look older than it is, never younger.
 */
export class Since {
  #monotonic = performance.now();
  #wall = Date.now();

  /** @returns {number} milliseconds, never negative */
  get ms() {
    return Math.max(performance.now() - this.#monotonic, Date.now() - this.#wall);
  }
}

/**
 * @param {string} timestamp  with a zone, or without one, which means UTC
 * @returns {number} milliseconds since 1970, NaN for what is not a time
 */
export function utcMillis(timestamp) {
  return Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(timestamp) ? timestamp : `${timestamp}Z`);
}
