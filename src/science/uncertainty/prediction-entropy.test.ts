import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ScoreIsNotANumberError } from '#science/metrics/rank.ts';
import { predictionEntropy, topPredictionEntropy } from './prediction-entropy.ts';

/** Place 0, padding's, holds a number that would show if it were looked at. */
const scoresOf = (...scores: number[]): Float32Array => Float32Array.of(1000, ...scores);

const anyScores = fc
  .array(fc.float({ min: -80, max: 80, noNaN: true }), { minLength: 2, maxLength: 60 })
  .map((scores) => scoresOf(...scores));

/** By the definition, slowly: −Σ p ln p / ln n of the softmax. */
function slowly(scores: Float32Array): number {
  const items = [...scores.subarray(1)];
  const largest = Math.max(...items);
  const weights = items.map((score) => Math.exp(score - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const terms = weights.map((weight) => (weight === 0 ? 0 : (weight / sum) * Math.log(weight / sum)));
  return -terms.reduce((total, term) => total + term, 0) / Math.log(items.length);
}

describe('the entropy of a prediction', () => {
  it('is 1 for a uniform one, wherever its scores lie', () => {
    for (const score of [0, 7, -1e30, 1e30])
      expect(predictionEntropy(scoresOf(...Array<number>(50).fill(score)))).toBe(1);
  });

  it('is 0 for one item that has all', () => {
    expect(predictionEntropy(scoresOf(0, 0, 900, 0))).toBe(0);
    expect(predictionEntropy(scoresOf(1e30, -1e30, 0))).toBe(0);
  });

  it('is 0 where there is only one item', () => {
    expect(predictionEntropy(scoresOf(3))).toBe(0);
    expect(topPredictionEntropy(scoresOf(3), 60)).toBe(0);
  });

  it('is what one works out by hand', () => {
    // p = 1/2, 1/4, 1/4: (½ ln 2 + ½ ln 4) / ln 3 = 1.5 ln 2 / ln 3.
    const scores = scoresOf(Math.log(2), 0, 0);
    expect(predictionEntropy(scores)).toBeCloseTo((1.5 * Math.log(2)) / Math.log(3), 6);
  });

  it('agrees with the definition, whatever the order of the scores', () => {
    fc.assert(
      fc.property(anyScores, (scores) => {
        expect(predictionEntropy(scores)).toBeCloseTo(slowly(scores), 9);
        const reversed = scoresOf(...scores.subarray(1).toReversed());
        expect(predictionEntropy(reversed)).toBeCloseTo(predictionEntropy(scores), 12);
      }),
    );
  });

  it('does not change when all scores move together', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 9 }),
        fc.nat(500),
        (scores, by) => {
          const moved = scoresOf(...scores.map((score) => score + by));
          expect(predictionEntropy(moved)).toBeCloseTo(predictionEntropy(scoresOf(...scores)), 12);
        },
      ),
    );
  });

  it('refuses scores that are no numbers', () => {
    expect(() => predictionEntropy(scoresOf(1, NaN, 2))).toThrow(ScoreIsNotANumberError);
    expect(() => topPredictionEntropy(scoresOf(1, NaN, 2), 2)).toThrow('item 2');
  });
});

describe('the entropy of the best predictions', () => {
  it('is that of the k best alone, renormalised', () => {
    // Of ln 8, ln 4, ln 4, 0 the two best have 2/3 and 1/3: (ln 3 − ⅔ ln 2) / ln 2.
    const scores = scoresOf(Math.log(4), Math.log(8), 0, Math.log(4));
    expect(topPredictionEntropy(scores, 2)).toBeCloseTo((Math.log(3) - (2 / 3) * Math.log(2)) / Math.log(2), 6);
  });

  it('is 1 where the k best are equal, and 0 where one of them has all', () => {
    expect(topPredictionEntropy(scoresOf(5, -9, 5, 5, -9), 3)).toBe(1);
    expect(topPredictionEntropy(scoresOf(900, 5, 5, 5), 3)).toBe(0);
  });

  it('is the entropy over all where k is at least their number', () => {
    fc.assert(
      fc.property(anyScores, fc.nat(5), (scores, more) => {
        expect(topPredictionEntropy(scores, scores.length - 1 + more)).toBeCloseTo(predictionEntropy(scores), 9);
      }),
    );
  });

  it('knows nothing of items beyond the k best', () => {
    fc.assert(
      fc.property(anyScores, fc.integer({ min: 2, max: 10 }), (scores, k) => {
        const best = scores.subarray(1).toSorted().toReversed().subarray(0, k);
        expect(topPredictionEntropy(scores, k)).toBeCloseTo(predictionEntropy(scoresOf(...best)), 9);
      }),
    );
  });
});
