import type { BoardArm } from '#features/boards/http/experiments.schema.ts';
import { expect, it } from 'vitest';
import { pairedDifferences } from './paired-differences.ts';

function arm(
  name: string,
  cells: readonly (readonly [train: number | null, profile: number | null, value: number | null])[],
): BoardArm {
  return {
    ...{ name, dataset: 'toy', method: 'sprint', isGrid: true, settings: {}, mean: null, sd: null, counts: {} },
    ...{ seconds: 0, shareOfSeconds: 0, calls: 0, shareOfCalls: 0, usd: 0 },
    trials: cells.map((_, index) => `${name}${index}`),
    seeds: cells.map(([train, profile]) => [train, profile]),
    values: cells.map(([, , value]) => value),
  };
}
const differences = (one: BoardArm, other: BoardArm) =>
  pairedDifferences(one, other).map(({ trial, difference }) => [trial, Number(difference.toFixed(9))]);

it('pairs trials with the same seeds and leaves out what has no result or no partner', () => {
  const one = arm('a', [
    [1, 1, 0.5],
    [2, 1, 0.6],
    [3, 1, null],
    [4, 1, 0.9],
  ]);
  const base = arm('b', [
    [2, 1, 0.5],
    [1, 1, 0.3],
    [3, 1, 0.1],
  ]);
  expect(differences(one, base)).toEqual([
    ['a0', 0.2],
    ['a1', 0.1],
  ]);
});

it('lets a seed that one method does not read fit every other', () => {
  const one = arm('a', [
    [1, 1, 0.5],
    [1, 2, 0.7],
  ]);
  expect(differences(one, arm('backbone', [[1, null, 0.4]]))).toEqual([
    ['a0', 0.1],
    ['a1', 0.3],
  ]);
  // Two partners fit: their mean is 0.3.
  expect(
    differences(
      arm('backbone', [[1, null, 0.4]]),
      arm('c', [
        [1, 1, 0.2],
        [1, 2, 0.4],
      ]),
    ),
  ).toEqual([['backbone0', 0.1]]);
  expect(differences(one, arm('popularity', [[null, null, 0.1]]))).toEqual([
    ['a0', 0.4],
    ['a1', 0.6],
  ]);
});
