import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hitAt, ndcgAt, rankingMetrics, reciprocalRankAt } from './ranking-metrics.ts';

describe('the ranking metrics of one target', () => {
  it('are gained up to the cutoff and not beyond it', () => {
    expect([hitAt(5, 5), hitAt(5, 5.5)]).toEqual([1, 0]);
    // 1 / log2(3 + 1) = 1/2.
    expect([ndcgAt(5, 1), ndcgAt(5, 3), ndcgAt(5, 5.5)]).toEqual([1, 0.5, 0]);
    expect([reciprocalRankAt(20, 4), reciprocalRankAt(20, 21)]).toEqual([0.25, 0]);
  });

  it('never exceed the hit rate', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 50 }), (rank, k) => {
        expect(ndcgAt(k, rank)).toBeLessThanOrEqual(hitAt(k, rank));
        expect(reciprocalRankAt(k, rank)).toBeLessThanOrEqual(ndcgAt(k, rank));
      }),
    );
  });
});

it('rankingMetrics takes the means over all targets', () => {
  // Ranks 1, 3, 21, 7: hits at 5: 2 of 4, at 10: 3 of 4; gains 1, 1/2 and, at 10, 1 / log2(8) = 1/3;
  // reciprocal ranks 1, 1/3, 0, 1/7: (21 + 7 + 3) / 21 / 4.
  const metrics = rankingMetrics(Float32Array.of(1, 3, 21, 7), [5, 10]);
  expect(Object.keys(metrics)).toEqual(['hr@5', 'ndcg@5', 'hr@10', 'ndcg@10', 'mrr@20']);
  expect(metrics['hr@5']).toBe(0.5);
  expect(metrics['hr@10']).toBe(0.75);
  expect(metrics['ndcg@5']).toBeCloseTo(1.5 / 4, 12);
  expect(metrics['ndcg@10']).toBeCloseTo((1.5 + 1 / 3) / 4, 12);
  expect(metrics['mrr@20']).toBeCloseTo(31 / 84, 12);
});
