import fc from 'fast-check';
import { expect, it } from 'vitest';
import { markSmallest } from './smallest.ts';

it('marks what a stable sort puts first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3, max: 3 })), fc.nat(20), (values, count) => {
      const sorted = values.map((_, at) => at).sort((left, right) => values[left]! - values[right]! || left - right);
      const first = new Set(sorted.slice(0, count));
      expect([...markSmallest(Float64Array.from(values), count)]).toEqual(
        values.map((_, at) => (first.has(at) ? 1 : 0)),
      );
    }),
  );
});
