import { expect, it } from 'vitest';
import { bestArm, type Spread } from './best-arm.ts';

function spread(arm: string, dataset: string, mean: number): Spread {
  return { arm, dataset, mean, sd: null, values: [mean] };
}

it('holds the best arm against the baseline on its own data set', () => {
  const [best, baseline] = [spread('sprint', 'toy', 0.6), spread('backbone', 'toy', 0.5)];
  const spreads = [spread('backbone', 'shop', 0.1), spread('sprint', 'shop', 0.2), baseline, best];
  expect(bestArm(spreads, 'backbone')).toEqual({ best, baseline });
});

it('has no baseline where that has no result on the data set of the best arm', () => {
  const best = spread('sprint', 'toy', 0.6);
  expect(bestArm([spread('backbone', 'shop', 0.1), best], 'backbone')).toEqual({ best, baseline: null });
  expect(bestArm([best], undefined)).toEqual({ best, baseline: null });
  expect(bestArm([], 'backbone')).toEqual({ best: null, baseline: null });
});
