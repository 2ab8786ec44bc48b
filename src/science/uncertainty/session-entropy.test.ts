import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { kindEntropy, normalisedByLength, spectralEntropy } from './session-entropy.ts';

const embeddings = (...rows: readonly (readonly number[])[]): TensorOf<'F32'> => ({
  dtype: 'F32',
  shape: [rows.length, rows[0]!.length],
  data: Float32Array.from(rows.flat()),
});

/** 12 items in 4 dimensions. */
const rng = stream(1, 'data', 'embeddings');
const ANY = embeddings(...Array.from({ length: 12 }, () => Array.from({ length: 4 }, () => rng.uniform() - 0.5)));
const anySession = fc
  .array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 20 })
  .map((items) => Int32Array.from(items));

describe('the spectral entropy of a session', () => {
  it('is exactly 0 for identical items, however many', () => {
    const entropy = spectralEntropy(ANY);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 30 }), (item, length) => {
        expect(entropy(new Int32Array(length).fill(item))).toBe(0);
      }),
    );
  });

  it('is 0 for items of one direction, whatever their lengths', () => {
    const entropy = spectralEntropy(embeddings([1, 2], [3, 6], [0.1, 0.2]));
    expect(entropy(Int32Array.of(1, 2, 3))).toBeCloseTo(0, 6);
  });

  it('is ln m for m orthogonal items', () => {
    for (const m of [2, 3, 8]) {
      const axes = Array.from({ length: m }, (_, at) =>
        Array.from({ length: m }, (_, other) => (at === other ? at + 1 : 0)),
      );
      const entropy = spectralEntropy(embeddings(...axes));
      expect(entropy(Int32Array.from(axes.keys(), (at) => at + 1))).toBeCloseTo(Math.log(m), 12);
    }
  });

  it('is what one works out by hand for two items at an angle', () => {
    // cos 60° = ½: G = ½ [1 ½; ½ 1] has the eigenvalues ¾ and ¼.
    const entropy = spectralEntropy(embeddings([1, 0], [0.5, Math.sqrt(3) / 2]));
    expect(entropy(Int32Array.of(1, 2))).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 6);
  });

  it('weighs an item by how often it comes', () => {
    // Three times one axis, once the other: the eigenvalues ¾ and ¼ again.
    const entropy = spectralEntropy(embeddings([1, 0], [0, 1]));
    expect(entropy(Int32Array.of(1, 2, 1, 1))).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 12);
  });

  it('is the same, to the bit, in every order of the items', () => {
    const entropy = spectralEntropy(ANY);
    fc.assert(
      fc.property(anySession, (items) => {
        expect(entropy(items.toReversed())).toBe(entropy(items));
        expect(entropy(items.toSorted())).toBe(entropy(items));
      }),
    );
  });

  it('is the same through products of columns, where there are more items than dimensions', () => {
    // A dimension of zeros more changes no product, but which of the two ways is taken.
    const rows = Array.from({ length: 12 }, (_, at) => [...ANY.data.subarray(at * 4, at * 4 + 4)]);
    const wide = spectralEntropy(embeddings(...rows.map((row) => [...row, ...Array<number>(20).fill(0)])));
    const entropy = spectralEntropy(ANY);
    fc.assert(
      fc.property(anySession, (items) => {
        expect(entropy(items)).toBeCloseTo(wide(items), 9);
      }),
    );
  });

  it('lies between 0 and the logarithm of the items or the dimensions', () => {
    const entropy = spectralEntropy(ANY);
    fc.assert(
      fc.property(anySession, (items) => {
        expect(entropy(items)).toBeGreaterThanOrEqual(0);
        expect(entropy(items)).toBeLessThanOrEqual(Math.log(Math.min(4, items.length)) + 1e-9);
      }),
    );
  });
});

describe('the entropy of the kinds of a session', () => {
  it('is that of their shares, all kinds of an item counted', () => {
    // Kinds 7, 7, 7, 8: ¾ and ¼.
    const entropy = kindEntropy([[7], [7, 8]]);
    expect(entropy(Int32Array.of(1, 2, 1))).toBeCloseTo(-(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25)), 12);
  });

  it('is 0 for one kind and ln m for m', () => {
    const entropy = kindEntropy([[1], [2], [3], [1]]);
    expect(entropy(Int32Array.of(1, 4, 1))).toBe(0);
    expect(entropy(Int32Array.of(1, 2, 3))).toBeCloseTo(Math.log(3), 12);
  });
});

describe('the entropy by length', () => {
  it('is the entropy over ln m, and 0 for a session of one item', () => {
    const entropy = normalisedByLength(kindEntropy([[1], [2], [3]]));
    expect(entropy(Int32Array.of(1, 2, 3))).toBeCloseTo(1, 12);
    expect(entropy(Int32Array.of(1, 2, 1, 2))).toBeCloseTo(0.5, 12);
    expect(entropy(Int32Array.of(2))).toBe(0);
  });
});
