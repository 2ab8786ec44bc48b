import type { Rng } from './stream.ts';

/** (n): sums of the weights up to and with each. */
export function cumulativeOf(weights: ArrayLike<number>): Float64Array {
  const cumulative = new Float64Array(weights.length);
  let sum = 0;
  for (let at = 0; at < weights.length; at++) {
    sum += weights[at]!;
    cumulative[at] = sum;
  }
  return cumulative;
}

/** The first index whose cumulative weight exceeds a uniform share of the whole, by halving: index i with probability w_i / Σ w. */
export function drawFrom(cumulative: Float64Array, rng: Rng): number {
  const target = rng.uniform() * cumulative[cumulative.length - 1]!;
  let low = 0;
  let high = cumulative.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cumulative[middle]! > target) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** (n): the weights of ranks 1..n by Zipf's law: k^-exponent. */
export function zipfWeights(count: number, exponent: number): Float64Array {
  return new Float64Array(count).map((_, at) => (at + 1) ** -exponent);
}
