import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rng, stream } from './stream.ts';

const draws = (rng: Rng, count: number): number[] => Array.from({ length: count }, () => rng.uniform());

/** The 0.999 quantile of the chi-square distribution with 19 degrees of freedom. */
const CHI_SQUARE_19 = 43.82;

function chiSquare(bins: readonly number[]): number {
  const expected = bins.reduce((sum, count) => sum + count, 0) / bins.length;
  return bins.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
}

describe('stream', () => {
  it('gives the same values for the same seed, kind and name', () => {
    // Golden values of this implementation: a change of them changes every result that depends on chance.
    const rng = stream(42, 'train', 'train/init');
    expect(draws(rng, 3)).toEqual([0.00945116557096437, 0.9667965211751058, 0.19539040778216388]);
    expect([rng.integer(1000), rng.integer(1000), rng.integer(1000)]).toEqual([673, 170, 551]);
  });

  it('shares nothing between names, seeds and kinds of seed', () => {
    const streams = [
      stream(1, 'train', 'batch'),
      stream(1, 'train', 'init'),
      stream(2, 'train', 'batch'),
      stream(1, 'profile', 'batch'),
      stream(1, 'data', 'batch'),
      stream(1, 'train', 'batch').split('batch'),
    ];
    const values = streams.flatMap((rng) => draws(rng, 50));
    expect(new Set(values).size).toBe(300);
  });

  it('splits by name alone, however much was drawn before', () => {
    const fresh = stream(7, 'data', 'sessions').split('clicks');
    const used = stream(7, 'data', 'sessions');
    draws(used, 10);
    expect(draws(used.split('clicks'), 5)).toEqual(draws(fresh, 5));
  });

  it('draws evenly from the unit interval and from integers', () => {
    const rng = stream(3, 'data', 'uniformity');
    const reals = new Array<number>(20).fill(0);
    const integers = new Array<number>(20).fill(0);
    for (let draw = 0; draw < 100_000; draw++) {
      reals[Math.floor(rng.uniform() * 20)]! += 1;
      integers[rng.integer(20)]! += 1;
    }
    expect(chiSquare(reals)).toBeLessThan(CHI_SQUARE_19);
    expect(chiSquare(integers)).toBeLessThan(CHI_SQUARE_19);
  });

  it('uses all 53 bits of a number in the unit interval', () => {
    const odd = draws(stream(5, 'data', 'bits'), 1000).filter((value) => (value * 2 ** 53) % 2 === 1).length;
    // Binomial(1000, 1/2): mean 500, standard deviation 15.8; four of them to each side.
    expect(Math.abs(odd - 500)).toBeLessThan(64);
  });

  it('refuses an empty range instead of drawing for ever', () => {
    expect(() => stream(1, 'data', 'x').integer(0)).toThrow(RangeError);
  });
});

describe('shuffle', () => {
  it('keeps the elements, in an array and in a typed array alike', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.nat(), (values, seed) => {
        const array = [...values];
        const typed = Int32Array.from(values);
        stream(seed, 'data', 'shuffle').shuffle(array);
        stream(seed, 'data', 'shuffle').shuffle(typed);
        expect([...array].sort()).toEqual([...values].sort());
        expect([...typed]).toEqual(array);
      }),
    );
  });

  it('makes each of the six orders of three equally often', () => {
    const rng = stream(11, 'data', 'orders');
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const order = ['a', 'b', 'c'];
      rng.shuffle(order);
      counts.set(order.join(''), (counts.get(order.join('')) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // The 0.999 quantile with 5 degrees of freedom.
    expect(chiSquare([...counts.values()])).toBeLessThan(20.52);
  });
});
