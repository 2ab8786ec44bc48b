import { meanRanks } from '#science/uncertainty/rank-fusion.ts';

export interface Correlation {
  readonly value: number;
  /** The ends of the 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/** The 97.5 % point of the normal distribution. */
const Z = 1.959963984540054;

/**
 * Spearman's rank correlation: that of Pearson between mean ranks, with the interval of Fisher's z,
 * tanh(atanh ρ ± 1.96 · √(1.06 / (n − 3))).
 *
 * source: Fieller, Hartley & Pearson 1957, "Tests for rank correlation coefficients", for the variance 1.06 / (n − 3)
 * @returns `null` for fewer than four pairs, and where all values of one side are equal: there is no correlation to speak of.
 */
export function spearman(left: Float64Array, right: Float64Array): Correlation | null {
  if (left.length < 4) return null;
  const value = pearson(meanRanks(left), meanRanks(right));
  if (value === null) return null;
  const margin = Z * Math.sqrt(1.06 / (left.length - 3));
  return { value, low: Math.tanh(Math.atanh(value) - margin), high: Math.tanh(Math.atanh(value) + margin) };
}

function pearson(left: Float64Array, right: Float64Array): number | null {
  const mean = (left.length + 1) / 2; // of any ranks 1..n
  let [product, ofLeft, ofRight] = [0, 0, 0];
  for (let at = 0; at < left.length; at++) {
    const [x, y] = [left[at]! - mean, right[at]! - mean];
    product += x * y;
    ofLeft += x * x;
    ofRight += y * y;
  }
  if (ofLeft === 0 || ofRight === 0) return null;
  return Math.max(-1, Math.min(1, product / Math.sqrt(ofLeft * ofRight)));
}
