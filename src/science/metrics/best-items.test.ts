import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bestItems } from './best-items.ts';
import { rankOf, ScoreIsNotANumberError } from './rank.ts';

describe('the best items', () => {
  it('come best first, without what is masked, equal scores by number and with their mean rank', () => {
    // Without item 3: item 5 has the place 1, items 2 and 4 share the places 2 and 3, item 1 has the place 4.
    const scores = Float32Array.of(9, 0.25, 0.5, 2, 0.5, 1);
    expect(bestItems(scores, new Set([3]), 3)).toEqual([
      { item: 5, score: 1, rank: 1 },
      { item: 2, score: 0.5, rank: 2.5 },
      { item: 4, score: 0.5, rank: 2.5 },
    ]);
    expect(bestItems(scores, new Set([3]), 2).map(({ item, rank }) => [item, rank])).toEqual([
      [5, 1],
      [2, 2.5],
    ]);
  });

  it('have the ranks that the evaluation counts', () => {
    const score = fc.constantFrom(-Infinity, -1, 0, 0.5, 1, 7);
    const masks = fc.uniqueArray(fc.integer({ min: 1, max: 12 }));
    fc.assert(
      fc.property(fc.array(score, { minLength: 1, maxLength: 12 }), masks, (values, mask) => {
        const scores = Float64Array.from([0, ...values]);
        const masked = new Set(mask.filter((item) => item <= values.length));
        const best = bestItems(scores, masked, Infinity);
        expect(best.map(({ rank }) => rank)).toEqual(best.map(({ item }) => rankOf(scores, item, masked)));
        expect(best).toHaveLength(values.length - masked.size);
      }),
    );
  });

  it('are not given where a score is not a number', () => {
    expect(() => bestItems(Float32Array.of(0, 1, Number.NaN), new Set(), 1)).toThrow(ScoreIsNotANumberError);
  });
});
