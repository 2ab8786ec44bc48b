import { expect, it } from 'vitest';
import { shownDataset } from './shown-dataset.ts';

const board = {
  arms: ['shop', 'shop', 'toy', 'toy'].map((dataset) => ({
    ...{ name: 'a', dataset, method: 'sprint', isGrid: true, settings: {}, mean: null, sd: null, counts: {} },
    ...{ trials: [], seeds: [], values: [], seconds: 0, shareOfSeconds: 0, calls: 0, shareOfCalls: 0, usd: 0 },
  })),
};

it('shows the data set that is asked for, and the first where the experiment has no such', () => {
  const datasets = ['shop', 'toy'];
  expect(shownDataset(board, 'toy')).toEqual({ datasets, dataset: 'toy' });
  expect(shownDataset(board, undefined)).toEqual({ datasets, dataset: 'shop' });
  expect(shownDataset(board, 'gone')).toEqual({ datasets, dataset: 'shop' });
});
