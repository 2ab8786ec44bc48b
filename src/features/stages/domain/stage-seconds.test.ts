import { describe, expect, it } from 'vitest';
import { aStage } from '../../../../test/support/builders.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { dataOfStages, expectedSeconds, meanSecondsOf } from './stage-seconds.ts';
import type { PlannedStage } from './stage.ts';

const [BEAUTY, TOYS] = [contentHash('beauty'), contentHash('toys')];
const EVALUATION = { kind: 'evaluation', parameters: { method: 'sprint' } } as const;

describe('the data of a stage', () => {
  const sessions: PlannedStage = { ...aStage('s'), inputs: { interactions: { from: 'dataset', hash: BEAUTY } } };
  const model: PlannedStage = { ...aStage('m', [sessions]), kind: 'training' };
  const ranks: PlannedStage = { ...aStage('e', [model]), kind: 'evaluation' };

  it('are the interactions at its beginning, in whatever order the stages come', () => {
    for (const stages of [
      [sessions, model, ranks],
      [ranks, model, sessions],
    ]) {
      expect(stages.map(({ key }) => dataOfStages(stages).get(key))).toEqual([BEAUTY, BEAUTY, BEAUTY]);
    }
  });

  it('are unknown where the beginning is', () => {
    expect(dataOfStages([ranks]).get(ranks.key)).toBeNull();
  });
});

describe('the seconds that a stage will take', () => {
  const mean = meanSecondsOf([
    { stage: EVALUATION, data: BEAUTY, seconds: 10 },
    { stage: EVALUATION, data: BEAUTY, seconds: 20 },
    { stage: EVALUATION, data: TOYS, seconds: 60 },
  ]);

  it('are those of the same work on the same data', () => {
    expect(expectedSeconds(mean, EVALUATION, BEAUTY)).toEqual({ seconds: 15, isMeasured: true });
    expect(expectedSeconds(mean, EVALUATION, TOYS)).toEqual({ seconds: 60, isMeasured: true });
  });

  it('on data that are new are those on any, and a guess', () => {
    // (10 + 20 + 60) / 3
    expect(expectedSeconds(mean, EVALUATION, contentHash('new'))).toEqual({ seconds: 30, isMeasured: false });
  });

  it('of a method that never ran are a second', () => {
    const other = { ...EVALUATION, parameters: { method: 'backbone' } };
    expect(expectedSeconds(mean, other, BEAUTY)).toEqual({ seconds: 1, isMeasured: false });
  });
});
