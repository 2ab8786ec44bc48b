import { describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import type { CallCost } from '#features/calls/domain/call-cost.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { Trial, TrialId } from '#features/trials/domain/trial.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import { aTrial } from '../../../../test/support/builders.ts';
import { armResults, type ArmSources } from './arm-results.ts';
import { comparisonWarnings } from './comparison.ts';

const key = (word: string): StageKey => contentHash(word) as StageKey;
const point = (name: string, value: number, split: MetricPoint['split'] = 'test'): MetricPoint => ({
  name,
  split,
  step: 0,
  value,
});
const calls = (count: number, simulated = 0): CallCost => ({
  calls: count,
  paidCalls: count,
  promptTokens: 9,
  completionTokens: 1,
  usd: count / 100,
  simulatedCalls: simulated,
});

function trial(arm: string, stages: readonly string[], status: Trial['status'] = 'succeeded'): Trial {
  return { ...aTrial({ arm }), id: arm as TrialId, revision: 'r', position: 0, stages: stages.map(key), status };
}

function results(trials: readonly Trial[], sources: Partial<ArmSources> = {}) {
  const none = { metrics: new Map(), costs: new Map(), axes: new Map() };
  return armResults({ trials, names: ['hr@20'], ...none, ...sources });
}

describe('the results of arms', () => {
  it('take what the last stage of a trial measured, over the trials that have results', () => {
    const trials = [
      trial('a', ['w', 't1', 'e1']),
      trial('a', ['w', 't2', 'e2']),
      trial('a', ['w', 't3', 'e3'], 'failed'),
    ];
    const metrics = new Map([
      [key('w'), [point('bestEpoch', 40, 'valid')]],
      [key('t1'), [point('bestEpoch', 5, 'valid'), point('enrichmentActiveEpochs', 3, 'train')]],
      [key('t2'), [point('bestEpoch', 7, 'valid'), point('enrichmentActiveEpochs', 0, 'train')]],
      [key('e1'), [point('hr@20', 0.2), point('hr@20', 0.9, 'valid')]],
      [key('e2'), [point('hr@20', 0.4)]],
    ]);
    const [arm, ...others] = results(trials, { metrics });
    expect(others).toEqual([]);
    expect(arm).toMatchObject({ name: 'a', trials: 2, planned: 3, axes: null, llm: null });
    expect(arm?.metrics['hr@20']?.values).toEqual([0.2, 0.4]);
    expect(arm?.metrics['hr@20']?.mean).toBeCloseTo(0.3, 12);
    expect(arm?.bestEpoch?.values).toEqual([5, 7]);
    expect(comparisonWarnings([arm!])).toEqual([expect.stringMatching(/^VOID: in 1 of 2 trials of a on toy/)]);
  });

  it('share the calls of a stage out among the trials that have it', () => {
    // The pool (11) is shared by three trials; batch p (30) by the two of arm a; batch q (12) is b's alone.
    const trials = [trial('a', ['pool', 'p', 'e']), trial('a', ['pool', 'p', 'f']), trial('b', ['pool', 'q', 'g'])];
    const costs = new Map([
      [key('pool'), calls(11)],
      [key('p'), calls(30, 30)],
      [key('q'), calls(12)],
    ]);
    const [a, b] = results(trials, { costs });
    const [ofA, ofB] = [a!.llm!, b!.llm!];
    expect(ofA.calls).toBeCloseTo(41, 9);
    expect(ofA.shareOfCalls).toBeCloseTo(11 / 3 + 30 / 2, 9);
    expect(ofA.tokens).toBeCloseTo(20, 9);
    expect(ofB.shareOfCalls).toBeCloseTo(11 / 3 + 12, 9);
    // What all pay together is what was asked: 11 + 30 + 12.
    expect(2 * ofA.shareOfCalls + ofB.shareOfCalls).toBeCloseTo(53, 9);
    expect([ofA.isSimulated, ofB.isSimulated]).toEqual([true, false]);
  });
});
