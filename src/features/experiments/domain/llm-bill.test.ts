import { describe, expect, it } from 'vitest';
import { aGround, aTrial } from '../../../../test/support/builders.ts';
import { llmBill } from './llm-bill.ts';
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
const keys = (stages: ReturnType<typeof planned>) => new Set(stages.map(({ key }) => key));

describe('the bill of a plan', () => {
  it('is at most 11 calls for the pool and two for each attempt of each session', () => {
    // 11 + 2 · 3 · 100
    expect(llmBill(planned(0.1), new Set()).calls).toBe(611);
    expect(llmBill(planned(0.1, { attempts: 1 }), new Set()).calls).toBe(211);
    expect(llmBill(planned(0.1, { validate: false }), new Set()).calls).toBe(311);
    expect(llmBill(planned(0), new Set()).calls).toBe(11);
  });

  it('of a budget of calls is that budget and what the session that crosses it may still ask', () => {
    const { settings } = aTrial();
    const selection = { ...settings.selection, budget: { calls: 140 } };
    const trial = aTrial({
      settings: { ...settings, method: 'sprint', selection, probe: { randomIntents: 0, benefit: 0 } },
      seeds: { train: 1, profile: 1 },
    });
    // 11 for the pool, then the last of 140 calls may begin a session of six.
    expect(llmBill(stagesOf(trial, aGround({ eligibleSessions: 1000 })), new Set()).calls).toBe(11 + 139 + 6);
  });

  it('counts what several ratios share once', () => {
    const nested = distinctStages([planned(0.05), planned(0.1), planned(0.2)]);
    expect(llmBill(nested, new Set()).calls).toBe(llmBill(planned(0.2), new Set()).calls);
  });

  it('asks of a higher ratio only what it adds', () => {
    const both = distinctStages([planned(0.1), planned(0.2)]);
    expect(llmBill(both, keys(planned(0.1))).calls).toBe(6 * 100);
    expect(llmBill(both, keys(both)).calls).toBe(0);
  });
});
