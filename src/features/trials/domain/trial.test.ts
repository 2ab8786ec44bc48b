import { describe, expect, it } from 'vitest';
import { trialStatus } from './trial.ts';

describe('trialStatus', () => {
  it.each([
    [['succeeded', 'succeeded'], 'succeeded'],
    [['succeeded', 'running'], 'running'],
    [['succeeded', 'ready'], 'queued'],
    [['ready', 'blocked'], 'queued'],
    [['running', 'failed', 'blocked'], 'failed'],
    [['succeeded', 'cancelled', 'blocked'], 'cancelled'],
  ] as const)('of stages that are %j is %s', (stages, expected) => {
    expect(trialStatus(stages)).toBe(expected);
  });
});
