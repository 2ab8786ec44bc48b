import type { BoardArm } from '#features/boards/http/experiments.schema.ts';
import { expect, it } from 'vitest';
import { pivot } from './pivot.ts';
import { isUnbeaten } from './unbeaten.ts';

function arm(name: string, settings: BoardArm['settings'], mean: number | null, isGrid = true): BoardArm {
  return {
    ...{ name, dataset: 'toy', method: 'sprint', isGrid, settings, mean, sd: null, counts: {} },
    ...{ trials: [], seeds: [], values: [], seconds: 0, shareOfSeconds: 0, calls: 0, shareOfCalls: 0, usd: 0 },
  };
}

it('averages arms that differ in a third axis, and tells no result from zero', () => {
  const arms = [
    arm('a', { x: 1, y: 'u', z: 1 }, 0.2),
    arm('b', { x: 1, y: 'u', z: 2 }, 0.4),
    arm('c', { x: 2, y: 'u', z: 1 }, null),
    arm('d', { x: 2, y: 'v', z: 1 }, 0),
    arm('named', { x: 1, y: 'u' }, 9, false),
  ];
  const cells = pivot(arms, 'x', 'y').map(({ row, column, value }) => [
    row,
    column,
    value === null ? null : Number(value.toFixed(9)),
  ]);
  expect(cells).toEqual([
    ['1', 'u', 0.3],
    ['2', 'u', null],
    ['2', 'v', 0],
  ]);
});

it('calls an arm unbeaten if none is as good for less', () => {
  const offers = [
    { cost: 0, mean: 0.2 },
    { cost: 5, mean: 0.4 },
    { cost: 5, mean: 0.3 },
    { cost: 9, mean: 0.4 },
  ];
  expect(offers.map((one) => isUnbeaten(one, offers))).toEqual([true, true, false, false]);
});
