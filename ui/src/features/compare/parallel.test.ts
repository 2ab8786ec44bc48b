import type { BoardArm } from '#features/boards/http/experiments.schema.ts';
import { expect, it } from 'vitest';
import { parallelAxes } from './parallel.ts';

function arm(name: string, settings: BoardArm['settings'], mean: number | null): BoardArm {
  return {
    ...{ name, dataset: 'toy', method: 'sprint', isGrid: true, settings, mean, sd: null, counts: {} },
    ...{ trials: [], seeds: [], values: [], seconds: 0, shareOfSeconds: 0, calls: 0, shareOfCalls: 0, usd: 0 },
  };
}

it('takes zero for a value and a setting that is not read for none, with whole words at the axis', () => {
  const board = { metric: 'hr@20', differing: ['ratio', 'strategy', 'same'] };
  const arms = [
    arm('a', { ratio: 0, strategy: 'random', same: 1 }, 0.2),
    arm('b', { ratio: 0.2, strategy: 'uncertainty', same: 1 }, 0.4),
    arm('c', { same: 1 }, null),
  ];
  const { axes } = parallelAxes(board, arms);
  expect(axes.map(({ name, heights }) => [name, heights])).toEqual([
    ['ratio', [0, 1, null]],
    ['strategy', [0, 1, null]],
    ['LLM calls', [0.5, 0.5, 0.5]],
    ['hr@20', [0, 1, null]],
  ]);
  expect(axes[1]?.ticks.map(({ text }) => text)).toEqual(['random', 'uncertainty']);
});
