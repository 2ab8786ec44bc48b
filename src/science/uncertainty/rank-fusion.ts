/** The two entropies of some sessions, row by row. */
export interface Entropies {
  readonly sessionEntropy: Float64Array;
  readonly predictionEntropy: Float64Array;
}

/** How the two become one uncertainty (science C.4). */
export type Combination = 'rrf' | 'borda' | 'zsum' | 'session' | 'prediction';

/**
 * U of each session, larger is more uncertain:
 * - `rrf`: 1/(k + rank_s) + 1/(k + rank_p), reciprocal rank fusion (Cormack, Clarke & Büttcher 2009);
 * - `borda`: minus the mean of the two ranks;
 * - `zsum`: the sum of the entropies, each less its mean and by its standard deviation;
 * - `session`, `prediction`: that entropy alone.
 * @param k of `rrf`; the others do not read it.
 */
export function uncertaintyOf(
  { sessionEntropy, predictionEntropy }: Entropies,
  combine: Combination,
  k: number,
): Float64Array {
  switch (combine) {
    case 'rrf':
      return sum(meanRanks(sessionEntropy).map(reciprocal(k)), meanRanks(predictionEntropy).map(reciprocal(k)));
    case 'borda':
      return sum(meanRanks(sessionEntropy), meanRanks(predictionEntropy)).map((ranks) => -ranks / 2);
    case 'zsum':
      return sum(standardised(sessionEntropy), standardised(predictionEntropy));
    case 'session':
      return sessionEntropy;
    case 'prediction':
      return predictionEntropy;
  }
}

/** The rank of each value, 1 = largest; equal values share the mean of their places, so that no order of the input decides. */
export function meanRanks(values: Float64Array): Float64Array {
  const order = largestFirst(values);
  const ranks = new Float64Array(values.length);
  for (let first = 0, next = 0; first < order.length; first = next) {
    const value = values[order[first]!];
    while (next < order.length && values[order[next]!] === value) next += 1;
    // Places first + 1 to next share their mean.
    for (let at = first; at < next; at++) ranks[order[at]!] = (first + 1 + next) / 2;
  }
  return ranks;
}

/** The rows of the values from the largest to the smallest; of equal values the lower row first. */
export function largestFirst(values: Float64Array): Int32Array {
  return Int32Array.from(values.keys()).sort((left, right) => values[right]! - values[left]! || left - right);
}

function reciprocal(k: number): (rank: number) => number {
  return (rank) => 1 / (k + rank);
}

function sum(left: Float64Array, right: Float64Array): Float64Array {
  return left.map((value, at) => value + right[at]!);
}

/** (x − mean) / standard deviation; zeros where all are equal. */
function standardised(values: Float64Array): Float64Array {
  const mean = values.reduce((total, value) => total + value, 0) / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  const scale = variance > 0 ? 1 / Math.sqrt(variance) : 0;
  return values.map((value) => (value - mean) * scale);
}
