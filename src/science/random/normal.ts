import type { Rng } from './stream.ts';

/** Fills with draws from the normal distribution of mean 0 (Box & Muller 1958; two draws a pair). */
export function fillNormal(numbers: Float32Array, standardDeviation: number, rng: Rng): void {
  for (let at = 0; at < numbers.length; at += 2) {
    // 1 - u is never 0, whose logarithm is infinite.
    const radius = standardDeviation * Math.sqrt(-2 * Math.log(1 - rng.uniform()));
    const angle = 2 * Math.PI * rng.uniform();
    numbers[at] = radius * Math.cos(angle);
    if (at + 1 < numbers.length) numbers[at + 1] = radius * Math.sin(angle);
  }
}
