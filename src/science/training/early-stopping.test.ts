import { describe, expect, it } from 'vitest';
import {
  assertSomeEpochIsEligible,
  type BestEpoch,
  isBest,
  isOver,
  NoEligibleEpochError,
  type StoppingRules,
} from './early-stopping.ts';

/** The epoch that is kept and the epochs that are trained, for these values of epochs 1, 2, … */
function trained(
  values: readonly number[],
  rules: StoppingRules = { epochs: 60, patience: 2, firstEligibleEpoch: 1 },
): [number, number] {
  let best: BestEpoch | null = null;
  for (let epoch = 0; ;) {
    if (isOver(epoch, best, rules)) return [best?.epoch ?? 0, epoch];
    epoch += 1;
    const candidate = { epoch, validNdcg20: values[epoch - 1]! };
    if (isBest(candidate, best, rules)) best = candidate;
  }
}

describe('early stopping', () => {
  it('stops when patience is over, and keeps the best epoch', () => {
    expect(trained([0.1, 0.3, 0.2, 0.25, 0.9])).toEqual([2, 4]);
  });

  it('keeps the earlier of two equal epochs', () => {
    expect(trained([0.1, 0.3, 0.3, 0.3])).toEqual([2, 4]);
  });

  it('stops at the most epochs', () => {
    expect(trained([0.1, 0.2, 0.3], { epochs: 3, patience: 2, firstEligibleEpoch: 1 })).toEqual([3, 3]);
  });

  it('keeps no epoch before the first eligible one, and is patient from there on', () => {
    expect(trained([0.9, 0.8, 0.7, 0.1, 0.2, 0.1, 0.1], { epochs: 60, patience: 2, firstEligibleEpoch: 4 })).toEqual([
      5, 7,
    ]);
  });

  it('trains all epochs and keeps the last where it is off, whatever they are worth', () => {
    expect(trained([0.9, 0.1, 0.2, 0.1], { epochs: 4, patience: 'off', firstEligibleEpoch: 1 })).toEqual([4, 4]);
  });

  it('refuses rules under which no epoch could be kept', () => {
    const rules = { epochs: 3, patience: 2, firstEligibleEpoch: 4 };
    expect(() => assertSomeEpochIsEligible(rules)).toThrow(NoEligibleEpochError);
    expect(() => assertSomeEpochIsEligible({ ...rules, epochs: 4 })).not.toThrow();
  });
});
