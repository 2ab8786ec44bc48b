import { describe, expect, it } from 'vitest';
import { aStage } from '../../../test/support/builders.ts';
import type { Stage, StageStatus } from '#features/stages/domain/stage.ts';
import { speedOf, timeLeft } from './watching.ts';

const NOW = new Date('2026-01-01T12:00:00Z');
const ago = (seconds: number): Date => new Date(NOW.getTime() - seconds * 1000);

const stage = (name: string, status: StageStatus): Stage => {
  return { ...aStage(name), status, createdAt: ago(600), endedAt: null };
};

describe('the speed', () => {
  const succeeded = (seconds: number) => ({ status: 'succeeded', endedAt: ago(seconds) }) as const;

  it('counts what ended well in the last five minutes', () => {
    const executions = [succeeded(10), succeeded(200), succeeded(301), { status: 'failed', endedAt: ago(5) } as const];
    expect(speedOf(executions, ago(3600), NOW)).toBe(2 / 5);
  });

  it('counts since the submission has gone on, where that is shorter', () => {
    expect(speedOf([succeeded(10), succeeded(50), succeeded(90)], ago(60), NOW)).toBe(2);
    expect(speedOf([], NOW, NOW)).toBe(0);
  });
});

describe('the time left', () => {
  const ground = (slots: number, seconds: number | null) => ({ now: NOW, slots, seconds: () => seconds });

  it('is the mean of what is left by slots, less what running stages have behind them', () => {
    const stages = [stage('a', 'running'), stage('b', 'ready'), stage('c', 'blocked'), stage('d', 'succeeded')];
    const running = { stage: stages[0]!.key, status: 'running', claimedAt: ago(4) } as const;
    expect(timeLeft(stages, [running], ground(2, 10))).toEqual({ seconds: (6 + 10 + 10) / 2, basis: 'measured' });
  });

  it('never counts a stage that takes longer than usual against the others', () => {
    const stages = [stage('a', 'running'), stage('b', 'blocked')];
    const running = { stage: stages[0]!.key, status: 'running', claimedAt: ago(400) } as const;
    expect(timeLeft(stages, [running], ground(1, 10))).toEqual({ seconds: 10, basis: 'measured' });
  });

  it('is never less than the longest stage takes by itself', () => {
    expect(timeLeft([stage('a', 'ready')], [], ground(8, 10))).toEqual({ seconds: 10, basis: 'measured' });
  });

  it('is a guess where nothing like it has run', () => {
    expect(timeLeft([stage('a', 'ready')], [], ground(1, null))).toEqual({ seconds: 1, basis: 'guessed' });
  });

  it('is unknown where nobody works, and none where nothing is left', () => {
    expect(timeLeft([stage('a', 'ready')], [], ground(0, 10))).toBeNull();
    expect(timeLeft([stage('a', 'succeeded')], [], ground(1, 10))).toBeNull();
  });
});
