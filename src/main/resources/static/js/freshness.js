/** The least that counts as fresh, in milliseconds: two ticks of the usual 5 s and some air. */
const LEAST_MS = 12_000;

/** For the network and the computing, in milliseconds. */
const AIR_MS = 2_000;

let limitMs = LEAST_MS;

/** @returns {number} how old the newest message may be and still prove that the server speaks, in milliseconds */
export function freshForMs() {
  return limitMs;
}

/** @param {number} ms  how often the server publishes at least, as it says of itself */
export function setUpdateInterval(ms) {
  limitMs = Math.max(LEAST_MS, 2 * ms + AIR_MS);
}
