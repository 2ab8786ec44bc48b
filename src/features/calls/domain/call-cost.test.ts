import { describe, expect, it } from 'vitest';
import { costOfTrial, UnknownPriceError, usdOf, type CallCost } from './call-cost.ts';

const aCost = (calls: number): CallCost => ({
  calls,
  paidCalls: calls,
  simulatedCalls: calls,
  promptTokens: 100 * calls,
  completionTokens: 10 * calls,
  usd: calls / 100,
});

describe('the cost of a trial', () => {
  it('is that of all its stages, and as a share that of each divided among the trials that have it', () => {
    const costs = new Map([
      ['pool', aCost(12)],
      ['batch', aCost(100)],
      ['training', aCost(0)],
    ]);
    const users = new Map([
      ['pool', 4],
      ['batch', 1],
      ['training', 1],
    ]);
    // 12 + 100, and 12 / 4 + 100
    const { own, share } = costOfTrial(costs, users);
    expect(own).toMatchObject({ calls: 112, promptTokens: 11_200, completionTokens: 1_120 });
    expect(share).toMatchObject({ calls: 103, promptTokens: 10_300, completionTokens: 1_030 });
    expect([own.usd, share.usd]).toEqual([expect.closeTo(1.12), expect.closeTo(1.03)]);
  });

  it('shared by all trials that have a stage comes to the whole', () => {
    const costs = new Map([['pool', aCost(12)]]);
    const { share } = costOfTrial(costs, new Map([['pool', 3]]));
    expect(3 * share.calls).toBe(12);
  });
});

describe('the price of an answer', () => {
  it('of the simulated model is nothing', () => {
    expect(usdOf('simulated', { promptTokens: 1e6, completionTokens: 1e6 })).toBe(0);
  });

  it.each(['gpt', 'constructor', ''])('of %j is not known, and not taken for nothing', (model) => {
    expect(() => usdOf(model, { promptTokens: 1, completionTokens: 1 })).toThrow(UnknownPriceError);
  });
});
