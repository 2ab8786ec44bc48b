import type { Rng } from '#science/random/stream.ts';

/** Half a draw: a rate is met to 1 in 65,536. */
const STEPS = 2 ** 16;

/**
 * Fills a mask with 0 with probability `rate`, and else with 1 / (1 − rate), so that what is masked keeps its expectation.
 * Each draw of 32 bits serves two places.
 */
export function fillDropoutMask(mask: Float32Array, rate: number, rng: Rng): void {
  const dropped = Math.round(rate * STEPS);
  const kept = 1 / (1 - rate);
  for (let at = 0; at < mask.length; at += 2) {
    const bits = rng.bits();
    mask[at] = bits >>> 16 < dropped ? 0 : kept;
    if (at + 1 < mask.length) mask[at + 1] = (bits & (STEPS - 1)) < dropped ? 0 : kept;
  }
}
