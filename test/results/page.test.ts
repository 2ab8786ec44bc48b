import { describe, expect, it } from 'vitest';
import { summarise, type ArmResult, type Comparison } from '#features/comparisons/domain/comparison.ts';
import { resultsPage } from '../../scripts/results/page.mjs';

function anArm(name: string, values: readonly number[], change: Partial<ArmResult> = {}): ArmResult {
  const metrics = { 'hr@20': summarise(values) };
  const none = { axes: null, bestEpoch: null, enrichmentActiveEpochs: null, llm: null };
  return {
    name,
    settings: {},
    dataset: 'toy',
    trials: values.length,
    planned: values.length,
    metrics,
    ...none,
    ...change,
  };
}

function aTrial(arm: string, [train, profile]: readonly [number, number], value: number) {
  const stratum = { stratum: '10', targets: 5, metrics: { 'hr@20': value } };
  return {
    arm,
    seeds: { train, profile },
    stages: [
      { key: 'shared', kind: 'sessions', seconds: 1, peakMemoryBytes: 2e8 },
      { key: `${arm} ${train} ${profile}`, kind: 'training', seconds: 3, peakMemoryBytes: 4e8 },
    ],
    metrics: [
      { stage: 'evaluation', name: 'hr@20', split: 'test', step: 0, value },
      { stage: 'evaluation', name: 'hr@20', split: 'valid', step: 0, value: 0.9 },
    ],
    strata: { byLength: [{ ...stratum, stratum: '3-4' }], byUncertainty: [stratum] },
  };
}

const LLM = { calls: 100, shareOfCalls: 50, tokens: 1, usd: 0, isSimulated: true };
const comparison: Comparison = {
  experiment: 'toy',
  revision: 1,
  question: 'Does it help?',
  primary: 'hr@20',
  baseline: 'backbone',
  protocols: {},
  synthetic: ['toy'],
  arms: [anArm('backbone', [0.3, 0.5]), anArm('sprint', [0.3, 0.4, 0.5], { planned: 4, llm: LLM })],
  warnings: ['VOID: a reason'],
  tests: [],
  verdicts: [],
};
const trials = [
  aTrial('backbone', [1, 1], 0.3),
  aTrial('backbone', [2, 1], 0.5),
  aTrial('sprint', [1, 1], 0.3),
  aTrial('sprint', [1, 2], 0.4),
  // One of four failed: what is left must not be paired by its place.
  aTrial('sprint', [2, 2], 0.5),
];
const page = resultsPage({ name: 'toy', manifest: 'toy.yaml', source: 'name: toy', comparison, trials });

describe('a page of results', () => {
  it('says what is synthetic, what is simulated, and which contrasts are void', () => {
    expect(page).toContain('**SYNTHETIC**');
    expect(page).toContain('**SIMULATED**');
    expect(page).toContain('> VOID: a reason');
  });

  it('pairs trials by training seed, whatever failed', () => {
    // .35 - .3 and .5 - .5
    expect(page).toContain('| sprint | +.0250 | +.0500, +.0000 |');
    expect(page).toContain('| sprint | 3 of 4 |');
  });

  it('gives the arms by length and by decile of uncertainty', () => {
    expect(page).toMatch(
      /hr@20 by items before the target:\n\n\| arm \| 3-4 \|\n.*\n\| backbone \| \.4000 \|\n\| sprint \| \.4000 \|/,
    );
    expect(page).toMatch(/by decile of uncertainty, 10 the most uncertain:\n\n\| arm \| 10 \|/);
  });

  it('counts a shared stage once', () => {
    expect(page).toContain('5 trials of 10 stages, 6 of them distinct.');
    expect(page).toContain('| training | 5 | 3.0 | 3.0 | 400 |');
  });
});
