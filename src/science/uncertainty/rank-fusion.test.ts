import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Combination, largestFirst, meanRanks, uncertaintyOf } from './rank-fusion.ts';

const doubles = (...values: number[]): Float64Array => Float64Array.from(values);
/** Few distinct values, so that ties are common. */
const anyValues = fc
  .array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 30 })
  .map((values) => doubles(...values));
const anyEntropies = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 5 })), { minLength: 2, maxLength: 30 })
  .map((pairs) => ({
    sessionEntropy: Float64Array.from(pairs, ([left]) => left),
    predictionEntropy: Float64Array.from(pairs, ([, right]) => right),
  }));
const COMBINATIONS: readonly Combination[] = ['rrf', 'borda', 'zsum', 'session', 'prediction'];

describe('mean ranks', () => {
  it('give 1 to the largest and share what is equal', () => {
    // The largest alone; places 2 and 3 share 2.5; then 4, and 5 to 7 share 6.
    expect([...meanRanks(doubles(5, 9, 5, 3, 1, 1, 1))]).toEqual([2.5, 1, 2.5, 4, 6, 6, 6]);
  });

  it('are (n + 1) / 2 for all where all are equal', () => {
    expect([...meanRanks(doubles(4, 4, 4, 4))]).toEqual([2.5, 2.5, 2.5, 2.5]);
  });

  it('are equal for equal values, smaller for larger ones, and add up to n (n + 1) / 2', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        const ranks = meanRanks(values);
        for (const [at, value] of values.entries())
          for (const [other, another] of values.entries())
            expect(Math.sign(ranks[at]! - ranks[other]!)).toBe(Math.sign(another - value));
        expect(ranks.reduce((sum, rank) => sum + rank, 0)).toBe((values.length * (values.length + 1)) / 2);
      }),
    );
  });

  it('follow the sessions, not their order', () => {
    fc.assert(
      fc.property(anyValues, (values) => {
        expect(meanRanks(values.toReversed())).toEqual(meanRanks(values).toReversed());
      }),
    );
  });
});

describe('the uncertainty of sessions', () => {
  it('is 2/61 for the session that is first in both, at k = 60', () => {
    const first = uncertaintyOf(
      { sessionEntropy: doubles(3, 1, 2), predictionEntropy: doubles(0.9, 0.5, 0.1) },
      'rrf',
      60,
    );
    expect(first[0]).toBe(2 / 61);
    // Third and second: 1/63 + 1/62. Second and third: the same.
    expect(first[1]).toBeCloseTo(1 / 63 + 1 / 62, 15);
    expect(first[2]).toBeCloseTo(1 / 62 + 1 / 63, 15);
  });

  it('is minus the mean rank with borda', () => {
    const entropies = { sessionEntropy: doubles(3, 1, 2), predictionEntropy: doubles(0.5, 0.5, 0.1) };
    // Ranks 1, 3, 2 and 1.5, 1.5, 3.
    expect([...uncertaintyOf(entropies, 'borda', 60)]).toEqual([-1.25, -2.25, -2.5]);
  });

  it('is the sum of standardised entropies with zsum, of which a constant one says nothing', () => {
    // 1 and 3 have mean 2 and deviation 1.
    const entropies = { sessionEntropy: doubles(1, 3), predictionEntropy: doubles(0.4, 0.4) };
    expect([...uncertaintyOf(entropies, 'zsum', 60)]).toEqual([-1, 1]);
  });

  it('is one of the entropies alone when asked', () => {
    const entropies = { sessionEntropy: doubles(1, 3), predictionEntropy: doubles(0.4, 0.2) };
    expect([...uncertaintyOf(entropies, 'session', 60)]).toEqual([1, 3]);
    expect([...uncertaintyOf(entropies, 'prediction', 60)]).toEqual([0.4, 0.2]);
  });

  it.each(COMBINATIONS)('never falls where both entropies rise: %s', (combine) => {
    fc.assert(
      fc.property(anyEntropies, fc.nat(100), (entropies, k) => {
        const { sessionEntropy, predictionEntropy } = entropies;
        const uncertainty = uncertaintyOf(entropies, combine, k);
        for (let at = 0; at < uncertainty.length; at++)
          for (let other = 0; other < uncertainty.length; other++) {
            const isBelow =
              sessionEntropy[at]! <= sessionEntropy[other]! && predictionEntropy[at]! <= predictionEntropy[other]!;
            if (isBelow) expect(uncertainty[at]).toBeLessThanOrEqual(uncertainty[other]! + 1e-12);
          }
      }),
    );
  });
});

describe('the order of values', () => {
  it('is from the largest to the smallest, of equal ones the lower row first', () => {
    expect([...largestFirst(doubles(1, 2, 1, 2, 3))]).toEqual([4, 1, 3, 0, 2]);
  });
});
