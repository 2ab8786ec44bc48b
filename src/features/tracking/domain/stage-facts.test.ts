import { describe, expect, it } from 'vitest';
import { aStage } from '../../../../test/support/builders.ts';
import { namedStages, pointsOf, type StageFacts } from './stage-facts.ts';

const FACT = { number: 1, at: new Date(0) };

const batch = (from: number, to: number): StageFacts => {
  const planned = { ...aStage(`${from} to ${to}`), kind: 'profiling-batch', parameters: { from, to } } as const;
  return {
    stage: { ...planned, status: 'succeeded', createdAt: FACT.at, endedAt: FACT.at },
    metrics: [{ name: 'sessions', split: 'train', step: 0, value: to - from }],
    ...{ artifacts: [], epochs: new Map(), success: FACT, failure: null },
  };
};

describe('the points of a chain of batches', () => {
  it('stand at different steps, also of two that begin at one session', () => {
    const points = namedStages([batch(0, 64), batch(64, 100), batch(64, 128)]).flatMap((stage) =>
      pointsOf(stage, FACT).map(({ key, step, value }) => [key, step, value]),
    );
    const key = 'profiling-batch/train/sessions';
    expect(points).toEqual([
      [key, 64, 64],
      [key, 100, 36],
      [key, 128, 64],
    ]);
  });
});
