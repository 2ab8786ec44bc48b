import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankingMetrics } from './ranking-metrics.ts';
import type { SessionRanks } from './session-ranks.ts';
import { decodeStrata, encodeStrata, type Stratum, strataOf } from './strata.ts';

/** Rows of [session, items before the target, rank]. */
function ranksOf(...rows: readonly (readonly [number, number, number])[]): SessionRanks {
  return {
    session: Int32Array.from(rows, ([session]) => session),
    position: Int32Array.from(rows, ([, position]) => position),
    target: new Int32Array(rows.length),
    rank: Float32Array.from(rows, ([, , rank]) => rank),
  };
}

const namesOf = (strata: readonly Stratum[]): string[] => strata.map(({ stratum }) => stratum);

describe('results by the length of the input', () => {
  it('are the means over the targets after 1, 2, 3 or 4, 5 to 9, and 10 or more items', () => {
    const ranks = ranksOf([0, 1, 1], [1, 3, 3], [2, 4, 30], [3, 9, 2], [4, 10, 1], [5, 47, 9], [6, 11, 8], [7, 5, 40]);
    const { byLength } = strataOf(ranks, [5], null);
    expect(byLength.map(({ stratum, targets }) => [stratum, targets])).toEqual([
      ['1', 1],
      ['3-4', 2],
      ['5-9', 2],
      ['10+', 3],
    ]);
    // Of ranks 3 and 30 one is among the first 5, and 1 / log2(4) = ½.
    expect(byLength[1]!.metrics).toEqual({
      'hr@5': 0.5,
      'ndcg@5': 0.25,
      'mrr@20': expect.closeTo(1 / 6, 12) as number,
    });
    expect(byLength[3]!.metrics['hr@5']).toBeCloseTo(1 / 3, 12);
  });

  it('have every target once', () => {
    const row = fc.tuple(fc.nat(9), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 60 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
        const ranks = ranksOf(...rows);
        const { byLength } = strataOf(ranks, [20], null);
        expect(byLength.reduce((sum, { targets }) => sum + targets, 0)).toBe(rows.length);
        const hits = byLength.reduce((sum, { targets, metrics }) => sum + targets * metrics['hr@20']!, 0);
        expect(hits / rows.length).toBeCloseTo(rankingMetrics(ranks.rank, [20])['hr@20']!, 9);
      }),
    );
  });
});

describe('results by decile of uncertainty', () => {
  it('tell the targets of all prefixes apart by their session', () => {
    const ranks = ranksOf([0, 1, 1], [0, 2, 50], [1, 1, 50]);
    const { byLength, byUncertainty } = strataOf(
      ranks,
      [20],
      new Map([
        [0, 10],
        [1, 3],
      ]),
    );
    expect(namesOf(byLength)).toEqual(['1', '2']);
    expect(byUncertainty!.map(({ stratum, targets, metrics }) => [stratum, targets, metrics['hr@20']])).toEqual([
      ['3', 1, 0],
      ['10', 2, 0.5],
    ]);
  });

  it('are null where nobody measured uncertainty', () => {
    expect(strataOf(ranksOf([0, 1, 1]), [20], null).byUncertainty).toBeNull();
  });
});

describe('the file of strata', () => {
  it('reads back as it was written', () => {
    const ranks = ranksOf([0, 1, 1], [1, 2, 50]);
    for (const deciles of [
      null,
      new Map([
        [0, 10],
        [1, 1],
      ]),
    ]) {
      const strata = strataOf(ranks, [5, 20], deciles);
      expect(decodeStrata(encodeStrata(strata))).toEqual(strata);
    }
  });
});
