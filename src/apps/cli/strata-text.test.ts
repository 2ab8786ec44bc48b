import { expect, it } from 'vitest';
import type { Stratum } from '#science/metrics/strata.ts';
import { strataText } from './strata-text.ts';

const stratum = (name: string, hit: number): Stratum => ({
  stratum: name,
  targets: 1200,
  metrics: { 'hr@5': 0, 'ndcg@5': 0, 'hr@20': hit, 'ndcg@20': hit / 2, 'mrr@20': 0.1 },
});

it('shows hits and gains at the cutoff of the primary metric, by length and by decile', () => {
  const strata = { byLength: [stratum('1', 0.25), stratum('3-4', 0.5)], byUncertainty: [stratum('10', 0.125)] };
  expect(strataText(strata, 'ndcg@20').split('\n')).toEqual([
    'items before the target  targets  ndcg@20   hr@20',
    '1                          1,200   0.1250  0.2500',
    '3-4                        1,200   0.2500  0.5000',
    '',
    'decile of uncertainty (10: most)  targets  ndcg@20   hr@20',
    '10                                  1,200   0.0625  0.1250',
  ]);
});

it('shows one table where there is no uncertainty', () => {
  const text = strataText({ byLength: [stratum('1', 0.25)], byUncertainty: null }, 'mrr@20');
  expect(text.split('\n')).toEqual([
    'items before the target  targets  mrr@20   hr@20  ndcg@20',
    '1                          1,200  0.1000  0.2500   0.1250',
  ]);
});
