import { describe, expect, it } from 'vitest';
import { spearman } from './rank-correlation.ts';

const of = (...values: number[]): Float64Array => Float64Array.from(values);

describe('spearman', () => {
  it('is the correlation of ranks, with an interval', () => {
    // Ranks 1 2 3 4 5 and 2 1 4 3 5: Σd² = 4, ρ = 1 − 6 · 4 / (5 · 24) = .8; atanh .8 = 1.0986, 1.96 · √.53 = 1.4269.
    const { value, low, high } = spearman(of(5, 4, 3, 2, 1), of(40, 50, 20, 30, 10))!;
    expect(value).toBeCloseTo(0.8, 12);
    expect(low).toBeCloseTo(Math.tanh(1.0986 - 1.4269), 3);
    expect(high).toBeCloseTo(Math.tanh(1.0986 + 1.4269), 3);
  });

  it('shares ranks among ties', () => {
    // Origin: scipy.stats.spearmanr([1, 2, 2, 3, 4], [1, 3, 2, 2, 5]): .763157894736842
    expect(spearman(of(1, 2, 2, 3, 4), of(1, 3, 2, 2, 5))!.value).toBeCloseTo(0.763157894736842, 12);
  });

  it('is 1 and −1 at its ends, with no room for doubt', () => {
    expect(spearman(of(1, 2, 3, 4), of(1, 4, 9, 16))).toEqual({ value: 1, low: 1, high: 1 });
    expect(spearman(of(1, 2, 3, 4), of(4, 3, 2, 1))).toEqual({ value: -1, low: -1, high: -1 });
  });

  it('is none of three pairs, and none where one side is always the same', () => {
    expect(spearman(of(1, 2, 3), of(1, 2, 3))).toBeNull();
    expect(spearman(of(1, 2, 3, 4), of(7, 7, 7, 7))).toBeNull();
  });
});
