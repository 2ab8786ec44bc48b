import type { CurvesAnswer } from '#features/boards/http/experiments.schema.ts';
import { expect, it } from 'vitest';
import { bandsOf, lastOf } from './bands.ts';

type Series = CurvesAnswer['series'][number];

function line(trial: string, points: Series['points'], more: Partial<Series> = {}): Series {
  return { arm: 'a', dataset: 'toy', trial, stage: 'training', points, ...more };
}

it('makes bands over the seeds that got so far, and takes the end of a stage for no epoch', () => {
  const first: Series['points'] = [
    [0, 9],
    [1, 0.25],
    [2, 0.5],
  ];
  expect(bandsOf([line('t1', first), line('t2', [[1, 0.75]])])).toEqual([
    { arm: 'a', epoch: 1, mean: 0.5, low: 0.25, high: 0.75, trials: 2 },
    { arm: 'a', epoch: 2, mean: 0.5, low: 0.5, high: 0.5, trials: 1 },
  ]);
});

it('compares the trainings on one data set, and no warm-up', () => {
  const series = [
    line('t1', [[1, 0.1]], { stage: 'warm-up' }),
    line('t1', [[1, 0.2]], { stage: 'warm-up' }),
    line('t1', [[1, 0.5]]),
    line('t2', [[1, 0.1]], { stage: 'warm-up' }),
    line('t3', [[1, 0.9]], { dataset: 'shop' }),
  ];
  expect(lastOf(series, 'toy')).toEqual([line('t1', [[1, 0.5]])]);
});

it('shows the warm-up while no trial has come further', () => {
  const warmUps = [line('t1', [[1, 0.1]], { stage: 'warm-up' }), line('t2', [[1, 0.2]], { stage: 'warm-up' })];
  expect(lastOf(warmUps, 'toy')).toEqual(warmUps);
});
