import { expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { nearOrder } from './near-order.ts';

it('parts rows of two directions', () => {
  const rng = stream(1, 'data', 'test/rows');
  const groups = Array.from({ length: 64 }, (_, row) => row % 2);
  const rows = groups.flatMap((group) => {
    const row = [0, 1, 2, 3].map((axis) => (axis === group ? 1 : 0.1 * rng.uniform()));
    return row.map((x) => x / Math.hypot(...row));
  });
  const order = nearOrder({ data: Float32Array.from(rows), dimension: 4 });
  expect(order.toSorted()).toEqual(Int32Array.from({ length: 64 }, (_, row) => row));
  const inOrder = [...order].map((row) => groups[row]);
  expect(inOrder.filter((group, place) => place > 0 && group !== inOrder[place - 1])).toHaveLength(1);
});
