import { ScoreIsNotANumberError } from '#science/metrics/rank.ts';
import type { Scores } from '#science/models/recommender.ts';

/**
 * How undecided a model is (science C.4): Hp = −Σ p_v ln p_v / ln |V|, p = softmax of the scores. 1 for equal scores, 0 for a sure
 * choice, and for a single item.
 * @param scores (|V| + 1); place 0 is padding's.
 * @throws ScoreIsNotANumberError
 */
export function predictionEntropy(scores: Scores): number {
  return normalisedEntropy(scores, 1);
}

/**
 * The same over the k best items alone, renormalised: Hp = −Σ p_v ln p_v / ln k. Of a catalogue with fewer items, over all.
 * @throws ScoreIsNotANumberError
 */
export function topPredictionEntropy(scores: Scores, k: number): number {
  return normalisedEntropy(largestOf(scores, Math.min(k, scores.length - 1)), 0);
}

/** Of the scores from place `first`. */
function normalisedEntropy(scores: Scores, first: number): number {
  const count = scores.length - first;
  if (count === 1) return 0;
  const entropy = softmaxEntropy(scores, first);
  if (Number.isNaN(entropy)) throw new ScoreIsNotANumberError(scores.findIndex((score) => !Number.isFinite(score)));
  return Math.min(1, Math.max(0, entropy / Math.log(count)));
}

/**
 * H = ln Z − T / Z with Z = Σ e^(s − m), T = Σ e^(s − m) (s − m), m the largest score, in one pass: where a larger one turns up, Z and
 * T are moved to it (online softmax, Milakov & Gimelshein 2018, arXiv 1805.02867). No exponent is above 0, so nothing overflows.
 */
function softmaxEntropy(scores: Scores, first: number): number {
  let largest = scores[first]!;
  let [total, weighted] = [0, 0];
  for (let at = first; at < scores.length; at++) {
    const above = scores[at]! - largest;
    if (above > 0) {
      const shrink = Math.exp(-above);
      weighted = shrink * (weighted - above * total);
      total = shrink * total + 1;
      largest = scores[at]!;
    } else {
      const weight = Math.exp(above);
      total += weight;
      weighted += weight * above;
    }
  }
  return Math.log(total) - weighted / total;
}

/** The k largest scores, largest first. @throws ScoreIsNotANumberError */
function largestOf(scores: Scores, k: number): Float64Array {
  const largest = new Float64Array(k).fill(-Infinity);
  for (let item = 1; item < scores.length; item++) {
    const score = scores[item]!;
    if (Number.isNaN(score)) throw new ScoreIsNotANumberError(item);
    // Few items get past this line: about k ln(|V| / k) of them.
    if (score <= largest[k - 1]!) continue;
    let place = k - 1;
    for (; place > 0 && largest[place - 1]! < score; place--) largest[place] = largest[place - 1]!;
    largest[place] = score;
  }
  return largest;
}
