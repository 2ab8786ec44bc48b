import { describe, expect, it } from 'vitest';
import { stream } from './stream.ts';
import { cumulativeOf, drawFrom, zipfWeights } from './weighted-draw.ts';

describe('drawing by weight', () => {
  it('takes each index as often as its weight says, and never one without weight', () => {
    const rng = stream(1, 'data', 'draws');
    const cumulative = cumulativeOf([1, 0, 3, 4]);
    const counts = [0, 0, 0, 0];
    for (let draw = 0; draw < 8000; draw++) counts[drawFrom(cumulative, rng)]! += 1;
    // Expected 1000, 0, 3000, 4000; three standard deviations are 89, 130 and 134.
    expect(counts[1]).toBe(0);
    expect(Math.abs(counts[0]! - 1000)).toBeLessThan(89);
    expect(Math.abs(counts[2]! - 3000)).toBeLessThan(130);
    expect(Math.abs(counts[3]! - 4000)).toBeLessThan(134);
  });

  it('knows the weights of ranks', () => {
    expect([...zipfWeights(3, 1)]).toEqual([1, 1 / 2, 1 / 3]);
    expect([...cumulativeOf([1, 2, 3])]).toEqual([1, 3, 6]);
  });
});
