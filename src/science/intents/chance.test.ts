import { expect, it } from 'vitest';
import { chanceAcceptance, hardlyExceededByChance } from './chance.ts';

it.each([
  // 1 − .95³, 1 − .85³, 1 − .75³
  [1, 0.142625],
  [3, 0.385875],
  [5, 0.578125],
  [20, 1],
  [26, 1],
])('random rankings pass with success rank %i: %f', (successRank, share) => {
  expect(chanceAcceptance({ attempts: 3, candidates: 20, successRank })).toBeCloseTo(share, 10);
});

it('of 64 sessions random rankings hardly pass more than two deviations above the mean', () => {
  // 64 · .142625 = 9.128; √(9.128 · .857375) = 2.797; 9.128 + 2 · 2.797
  expect(hardlyExceededByChance(64, { attempts: 3, candidates: 20, successRank: 1 })).toBeCloseTo(14.723, 3);
});
