import fc from 'fast-check';
import { expect, it } from 'vitest';
import { bestItems } from './best-items.ts';
import { fillTopItems } from './top-items.ts';

it('gives what a sort of all items gives, ties and masks included', () => {
  const scores = fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(scores, fc.uniqueArray(fc.nat(40)), fc.integer({ min: 1, max: 12 }), (values, masked, count) => {
      const row = Float32Array.from([99, ...values]);
      const top = new Int32Array(count).fill(7);
      fillTopItems(row, new Set(masked), top);
      const best = bestItems(row, new Set(masked), count).map(({ item }) => item);
      expect([...top]).toEqual([...best, ...new Array<number>(count - best.length).fill(0)]);
    }),
  );
});

it('refuses a score that is not a number', () => {
  expect(() => fillTopItems(Float32Array.of(0, 5, 4, NaN), new Set(), new Int32Array(1))).toThrow('item 3');
});
