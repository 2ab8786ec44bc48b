import { describe, expect, it } from 'vitest';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { stream } from '#science/random/stream.ts';
import { kindsByCategory, kindsByCluster } from './item-kinds.ts';

describe('kinds by category', () => {
  it('number the categories, each of an item once', () => {
    expect(kindsByCategory([['Tea', 'Drinks'], ['Tea'], ['Drinks', 'Drinks']])).toEqual([[0, 1], [0], [1]]);
  });

  it('make an item without any a kind of its own', () => {
    const [first, tea, second] = kindsByCategory([[], ['Tea'], []]);
    expect(first).not.toEqual(second);
    expect([first, second]).not.toContainEqual(tea);
  });
});

describe('kinds by cluster', () => {
  /** 200 items, the even ones near 0, the odd ones near 1000. */
  const rng = stream(1, 'data', 'items');
  const islands: TensorOf<'F32'> = {
    dtype: 'F32',
    shape: [200, 3],
    data: new Float32Array(600).map((_, at) => rng.uniform() + 1000 * (Math.floor(at / 3) % 2)),
  };

  it('are 64, the same for the same seed', () => {
    const kinds = kindsByCluster(islands, 3);
    expect(new Set(kinds.flat()).size).toBe(64);
    expect(kindsByCluster(islands, 3)).toEqual(kinds);
    expect(kindsByCluster(islands, 4)).not.toEqual(kinds);
  });

  it('keep items apart that lie far apart', () => {
    const kinds = kindsByCluster(islands, 3).flat();
    const near = new Set(kinds.filter((_, item) => item % 2 === 0));
    expect(kinds.filter((kind, item) => item % 2 === 1 && near.has(kind))).toEqual([]);
  });

  it('are one an item where there are fewer items than clusters', () => {
    const few: TensorOf<'F32'> = { dtype: 'F32', shape: [5, 2], data: new Float32Array(10).map(() => rng.uniform()) };
    expect(new Set(kindsByCluster(few, 1).flat()).size).toBe(5);
  });
});
