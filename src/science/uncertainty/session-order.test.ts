import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explored, longestOrder, matchedByLength, randomOrder, uncertainOrder } from './session-order.ts';

const integers = (...values: number[]): Int32Array => Int32Array.from(values);
const position = integers(2, 3, 5, 8, 9, 11, 12, 20, 21, 30);
const lengths = new Map([...position].map((at) => [at, 2 + (at % 3)]));
const lengthOf = (at: number): number => lengths.get(at)!;
const length = position.map(lengthOf);

describe('orders of sessions', () => {
  it('by uncertainty begin with the most uncertain; equal ones go by number', () => {
    const uncertainty = Float64Array.of(1, 5, 5, 0, 9, 0, 0, 0, 0, 0);
    expect([...uncertainOrder({ position }, uncertainty)].slice(0, 5)).toEqual([9, 3, 5, 2, 8]);
  });

  it('by length begin with the longest; equal ones go by number', () => {
    // Lengths: 2→4, 3→2, 5→4, 8→4, 9→2, 11→4, 12→2, 20→4, 21→2, 30→2.
    expect([...longestOrder({ position, length })]).toEqual([2, 5, 8, 11, 20, 3, 9, 12, 21, 30]);
  });

  it('by chance are one permutation a seed', () => {
    expect(randomOrder({ position }, 1)).toEqual(randomOrder({ position }, 1));
    expect(randomOrder({ position }, 2)).not.toEqual(randomOrder({ position }, 1));
    expect(randomOrder({ position }, 1).toSorted()).toEqual(position);
  });
});

const anyCase = fc.record({
  uncertainty: fc
    .array(fc.integer({ min: 0, max: 4 }), { minLength: 10, maxLength: 10 })
    .map((u) => Float64Array.from(u)),
  explore: fc.constantFrom(0, 0.1, 0.29, 0.3, 0.5, 0.7, 1),
  seed: fc.nat(1000),
});

describe('exploration', () => {
  it('takes the next unused session of chance at the places that it owns', () => {
    // e = .3: ⌊.3 (i+1)⌋ grows at i = 3, 6 and 9.
    const order = integers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
    const random = integers(1, 9, 10, 8, 7, 6, 5, 4, 3, 2);
    expect([...explored(order, random, 0.3)]).toEqual([1, 2, 3, 9, 4, 5, 10, 6, 7, 8]);
  });

  it('changes nothing at 0 and leaves all to chance at 1', () => {
    const random = randomOrder({ position }, 5);
    expect(explored(position, random, 0)).toEqual(position);
    expect(explored(position, random, 1)).toEqual(random);
  });

  it('uses every session once, and the share e of every prefix', () => {
    fc.assert(
      fc.property(anyCase, ({ uncertainty, explore, seed }) => {
        const random = randomOrder({ position }, seed);
        const order = explored(uncertainOrder({ position }, uncertainty), random, explore);
        expect(order.toSorted()).toEqual(position);
        for (let size = 1; size <= order.length; size++) {
          const places = Math.floor(size * explore + 1e-9);
          const fromOrder = uncertainOrder({ position }, uncertainty).subarray(0, size - places);
          // What the order alone would have taken by then is there, and so is what chance would have.
          const prefix = new Set(order.subarray(0, size));
          expect([...fromOrder].every((at) => prefix.has(at))).toBe(true);
          expect([...random.subarray(0, places)].every((at) => prefix.has(at))).toBe(true);
        }
      }),
    );
  });
});

describe('random sessions of matched length', () => {
  it('are the next of the permutation that have the length of the place', () => {
    // Lengths 2, 4, 2 are wanted first; the permutation has 5 (4), 3 (2), 9 (2), 2 (4) first.
    const random = integers(5, 3, 9, 2, 30, 8, 12, 11, 20, 21);
    const order = integers(30, 20, 12, 21, 11, 9, 8, 5, 3, 2);
    expect([...matchedByLength(order, random, lengthOf)].slice(0, 4)).toEqual([3, 5, 9, 30]);
  });

  it('use every session once and have, in every prefix, the lengths of the order that they match', () => {
    fc.assert(
      fc.property(anyCase, ({ uncertainty, explore, seed }) => {
        const random = randomOrder({ position }, seed);
        const order = explored(uncertainOrder({ position }, uncertainty), random, explore);
        const matched = matchedByLength(order, random, lengthOf);
        expect(matched.toSorted()).toEqual(position);
        expect(matched.map(lengthOf)).toEqual(order.map(lengthOf));
      }),
    );
  });
});
