import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { runtime } from '../../../test/support/graph-runs.ts';
import { NeighbourSearch } from './neighbour-search.ts';
import { nearestNeighbours, type UnitRows } from './neighbours.ts';

/** Rows of length 1 in these directions. */
function unitRows(rows: readonly (readonly number[])[]): UnitRows {
  const data = rows.flatMap((row) => row.map((x) => x / Math.hypot(...row)));
  return { data: Float32Array.from(data), dimension: rows[0]?.length ?? 1 };
}

function rowsOf({ count, rows }: { readonly count: number; readonly rows: Int32Array }, row: number): number[] {
  return [...rows.subarray(row * count, (row + 1) * count)];
}

describe('the neighbours of a row', () => {
  it('are the rows of the largest cosines, nearest first', () => {
    // Angles of 0, 10, 30, 90 and 180 degrees.
    const at = (degrees: number): number[] => [
      Math.cos((degrees * Math.PI) / 180),
      Math.sin((degrees * Math.PI) / 180),
    ];
    const neighbours = nearestNeighbours(unitRows([0, 10, 30, 90, 180].map(at)), 2);
    expect(rowsOf(neighbours, 0)).toEqual([1, 2]);
    expect(rowsOf(neighbours, 2)).toEqual([1, 0]);
    expect(rowsOf(neighbours, 4)).toEqual([3, 2]);
    expect(neighbours.cosines[0]).toBeCloseTo(Math.cos(Math.PI / 18), 6);
  });

  it('are the lower of equally near ones', () => {
    const neighbours = nearestNeighbours(
      unitRows([
        [1, 0],
        [0, 1],
        [0, 1],
        [0, 1],
        [0, -1],
      ]),
      2,
    );
    expect(rowsOf(neighbours, 0)).toEqual([1, 2]);
    expect(rowsOf(neighbours, 3)).toEqual([1, 2]);
    expect(rowsOf(neighbours, 1)).toEqual([2, 3]);
  });

  it('never include it, though nothing is nearer than itself', () => {
    const rows = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: -3, max: 3 })), {
      minLength: 1,
      maxLength: 12,
    });
    fc.assert(
      fc.property(rows, fc.integer({ min: 1, max: 5 }), (points, k) => {
        const neighbours = nearestNeighbours(unitRows(points), k);
        expect(neighbours.count).toBe(Math.min(k, points.length - 1));
        for (const row of points.keys()) {
          expect(rowsOf(neighbours, row)).not.toContain(row);
          expect(new Set(rowsOf(neighbours, row)).size).toBe(neighbours.count);
        }
      }),
    );
  });
});

describe('the fast search', () => {
  /** Rows of chance, of which the last ones are copies of earlier ones: ties. */
  function rowsOfChance(n: number, { dimension, copies }: { dimension: number; copies: number }): UnitRows {
    const rng = stream(n, 'data', 'test/rows');
    const rows = Array.from({ length: n }, () => Array.from({ length: dimension }, () => rng.uniform() - 0.4));
    for (let copy = 0; copy < copies; copy++) rows[n - 1 - copy] = rows[rng.integer(n - copies)]!;
    return unitRows(rows);
  }

  it.each([
    // Within a block, on its border, over several blocks; fewer rows than neighbours.
    [1, 8, 0, 5],
    [4, 8, 0, 20],
    [300, 8, 100, 20],
    [512, 3, 0, 7],
    [1300, 16, 300, 20],
  ])(
    'finds what the definition finds, to the bit: %i rows of %i, %i of them copies, %i neighbours',
    async (n, dimension, copies, k) => {
      const vectors = rowsOfChance(n, { dimension, copies });
      const search = await NeighbourSearch.load(runtime, dimension);
      const expected = nearestNeighbours(vectors, k);
      expect(await search.nearest(vectors, k)).toEqual(expected);
      // A second time it begins with what it found.
      expect(await search.nearest(vectors, k)).toEqual(expected);
      await search.release();
    },
  );

  it('tells hundreds of equal rows apart by their numbers, though it has no room for all', async () => {
    const vectors = unitRows(Array.from({ length: 700 }, (_, row) => (row % 3 === 0 ? [1, 2, 3] : [1, 2, 3.0001])));
    const search = await NeighbourSearch.load(runtime, 3);
    expect(await search.nearest(vectors, 5)).toEqual(nearestNeighbours(vectors, 5));
    await search.release();
  });

  it('is not led astray by what it found among other rows', async () => {
    const search = await NeighbourSearch.load(runtime, 8);
    await search.nearest(rowsOfChance(600, { dimension: 8, copies: 0 }), 10);
    const others = rowsOfChance(601, { dimension: 8, copies: 50 });
    const moved = { ...others, data: others.data.slice(0, 600 * 8) };
    expect(await search.nearest(moved, 10)).toEqual(nearestNeighbours(moved, 10));
    await search.release();
  });
});
