import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainError } from '#kernel/domain-error.ts';
import { rankOf } from './rank.ts';

const NOTHING = new Set<number>();

/** Scores of items 1, 2, ... behind the place of padding, whose score would win. */
const scoresOf = (...scores: number[]): Float64Array => Float64Array.of(Number.POSITIVE_INFINITY, ...scores);

describe('rankOf', () => {
  it('is one more than the number of better items', () => {
    const scores = scoresOf(0.1, 0.9, 0.5);
    expect([1, 2, 3].map((item) => rankOf(scores, item, NOTHING))).toEqual([3, 1, 2]);
  });

  it('shares the mean rank among ties', () => {
    // Items 1, 3 and 4 tie for the ranks 2, 3 and 4.
    const scores = scoresOf(0.5, 0.9, 0.5, 0.5);
    expect([1, 2, 3, 4].map((item) => rankOf(scores, item, NOTHING))).toEqual([3, 1, 3, 3]);
  });

  it('gives a constant scorer (|V| + 1) / 2', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 50 }), fc.double({ noNaN: true }), (itemCount, score) => {
        expect(rankOf(new Float64Array(itemCount + 1).fill(score), 1, NOTHING)).toBe((itemCount + 1) / 2);
      }),
    );
  });

  it('agrees with counting the items that are neither masked nor the target', () => {
    const cases = fc.array(fc.integer({ min: -2, max: 2 }), { minLength: 1, maxLength: 12 }).chain((scores) =>
      fc.record({
        scores: fc.constant(scores),
        target: fc.integer({ min: 1, max: scores.length }),
        masked: fc.uniqueArray(fc.integer({ min: 1, max: scores.length })),
      }),
    );
    fc.assert(
      fc.property(cases, ({ scores, target, masked }) => {
        const others = scores.filter((_, at) => at + 1 !== target && !masked.includes(at + 1));
        const score = scores[target - 1]!;
        const better = others.filter((other) => other > score).length;
        const equal = others.filter((other) => other === score).length;
        expect(rankOf(scoresOf(...scores), target, new Set(masked))).toBe(1 + better + equal / 2);
        expect(rankOf(Float32Array.from(scoresOf(...scores)), target, new Set(masked))).toBe(1 + better + equal / 2);
      }),
    );
  });

  it('refuses a target whose score is not a number, and counts such others as better', () => {
    const scores = scoresOf(Number.NaN, 0.5, Number.NaN);
    expect(() => rankOf(scores, 1, NOTHING)).toThrow(DomainError);
    expect(rankOf(scores, 2, NOTHING)).toBe(3);
    expect(rankOf(scores, 2, new Set([3]))).toBe(2);
  });
});
