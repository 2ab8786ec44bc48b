import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { K, rankedByUncertainty } from './deciles.ts';

const ranked = (entropies: readonly number[]): ReturnType<typeof rankedByUncertainty> =>
  rankedByUncertainty({
    sessionEntropy: Float64Array.from(entropies),
    predictionEntropy: Float64Array.from(entropies),
  });
const counts = (rows: ReturnType<typeof rankedByUncertainty>): number[] =>
  Array.from({ length: 10 }, (_, at) => rows.filter(({ decile }) => decile === at + 1).length);

describe('deciles of uncertainty', () => {
  it('are ten of a size, the tenth the most uncertain', () => {
    const rows = ranked(Array.from({ length: 20 }, (_, at) => at));
    expect(rows[0]).toEqual({ row: 19, uncertainty: 2 / (K + 1), decile: 10 });
    expect(rows.map(({ decile }) => decile)).toEqual(Array.from({ length: 20 }, (_, at) => 10 - Math.floor(at / 2)));
  });

  it('differ by one row at most, and break ties by row', () => {
    const rows = ranked(new Array<number>(25).fill(1));
    expect(counts(rows).toSorted()).toEqual([2, 2, 2, 2, 2, 3, 3, 3, 3, 3]);
    expect(rows.map(({ row }) => row)).toEqual(Array.from({ length: 25 }, (_, at) => at));
    expect([rows[0]!.decile, rows[24]!.decile]).toEqual([10, 1]);
  });

  it('never rise where uncertainty falls', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(8), { minLength: 1, maxLength: 40 }), (entropies) => {
        const rows = ranked(entropies);
        for (const [place, { row, decile }] of rows.entries())
          for (const after of rows.slice(place + 1)) {
            expect(after.decile).toBeLessThanOrEqual(decile);
            expect(entropies[after.row]!).toBeLessThanOrEqual(entropies[row]!);
          }
      }),
    );
  });

  it('are told apart by the constant of Cormack, Clarke & Büttcher 2009', () => {
    expect(K).toBe(60);
  });

  it('are none of no rows', () => {
    expect(ranked([])).toEqual([]);
  });
});
