import { describe, expect, it } from 'vitest';
import { aGround, aTrial } from '../../../../test/support/builders.ts';
import type { MeanTokens } from '#features/calls/domain/call-cost.ts';
import type { PlannedStage, StageKey } from '#features/stages/domain/stage.ts';
import { llmBill } from './llm-bill.ts';
import { askingOf } from './planned-calls.ts';
import { distinctStages, stagesOf } from './stage-graph.ts';

/** A thousand sessions that can be profiled. */
function planned(ratio: number, change: { readonly attempts?: number; readonly validate?: boolean } = {}) {
  const { settings } = aTrial();
  const trial = aTrial({
    settings: {
      ...settings,
      method: 'sprint',
      selection: { ...settings.selection, ratio },
      profiling: { ...settings.profiling, ...change },
      probe: { randomIntents: 0, benefit: 0 },
    },
    seeds: { train: 1, profile: 1 },
  });
  return stagesOf(trial, aGround({ eligibleSessions: 1000 }));
}
const bill = (stages: readonly PlannedStage[], done = new Set<StageKey>(), tokens = new Map<string, MeanTokens>()) =>
  llmBill(stages.map(askingOf), done, tokens);
const keys = (stages: ReturnType<typeof planned>) => new Set(stages.map(({ key }) => key));

describe('the bill of a plan', () => {
  it('is at most 11 calls for the pool and two for each attempt of each session', () => {
    // 11 + 2 · 3 · 100
    expect(bill(planned(0.1)).calls).toBe(611);
    expect(bill(planned(0.1, { attempts: 1 })).calls).toBe(211);
    expect(bill(planned(0.1, { validate: false })).calls).toBe(311);
    expect(bill(planned(0)).calls).toBe(11);
  });

  it('of a budget of calls is that budget and what the session that crosses it may still ask', () => {
    const { settings } = aTrial();
    const selection = { ...settings.selection, budget: { calls: 140 } };
    const trial = aTrial({
      settings: { ...settings, method: 'sprint', selection, probe: { randomIntents: 0, benefit: 0 } },
      seeds: { train: 1, profile: 1 },
    });
    // 11 for the pool, then the last of 140 calls may begin a session of six.
    expect(bill(stagesOf(trial, aGround({ eligibleSessions: 1000 }))).calls).toBe(11 + 139 + 6);
  });

  it('counts what several ratios share once', () => {
    const nested = distinctStages([planned(0.05), planned(0.1), planned(0.2)]);
    expect(bill(nested).calls).toBe(bill(planned(0.2)).calls);
  });

  it('asks of a higher ratio only what it adds', () => {
    const both = distinctStages([planned(0.1), planned(0.2)]);
    expect(bill(both, keys(planned(0.1))).calls).toBe(6 * 100);
    expect(bill(both, keys(both)).calls).toBe(0);
  });

  it('takes the length of a call from those that are kept of its model, and guesses only without', () => {
    const stages = planned(0);
    // 11 calls of 700 and 60 tokens.
    expect(bill(stages)).toMatchObject({ promptTokens: 7700, completionTokens: 660, usd: 0, basis: 'guessed' });
    const ofOther = new Map([['another', { promptTokens: 1, completionTokens: 1 }]]);
    expect(bill(stages, new Set(), ofOther)).toEqual(bill(stages));
    // 11 · 100.5 = 1105.5, and half a token is rounded up.
    const kept = new Map([['simulated', { promptTokens: 100.5, completionTokens: 20 }]]);
    expect(bill(stages, new Set(), kept)).toMatchObject({
      promptTokens: 1106,
      completionTokens: 220,
      basis: 'measured',
    });
  });
});
