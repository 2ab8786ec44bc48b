import { describe, expect, it } from 'vitest';
import { review, type SubmissionFacts } from './review.ts';

const facts = (change: Partial<SubmissionFacts> = {}): SubmissionFacts => ({
  rules: { limits: {}, onFailure: 'continue' },
  activeHours: 0,
  failures: [],
  canary: null,
  open: 3,
  ...change,
});

describe('an active submission', () => {
  it('goes on while anything is open', () => {
    expect(review(facts())).toEqual({ kind: 'go on' });
  });

  it('is finished when nothing is, whatever has failed', () => {
    expect(review(facts({ open: 0, failures: ['broken'] }))).toEqual({ kind: 'finish' });
  });

  it('pauses at the first failure with `stop`, also when that was the last stage', () => {
    const rules = { limits: {}, onFailure: 'stop' } as const;
    expect(review(facts({ rules, failures: ['broken'], open: 0 }))).toMatchObject({
      kind: 'pause',
      reason: { code: 'FAILURES' },
    });
    expect(review(facts({ rules }))).toEqual({ kind: 'go on' });
  });

  it('pauses after as many equal failures as `stopAfter` says; different ones count apart', () => {
    const rules = { limits: {}, onFailure: { stopAfter: 2 } };
    expect(review(facts({ rules, failures: ['a', 'b'] }))).toEqual({ kind: 'go on' });
    expect(review(facts({ rules, failures: ['a', 'b', 'a'] }))).toMatchObject({ reason: { code: 'FAILURES' } });
  });

  it('pauses when its hours are used up', () => {
    const rules = { limits: { hours: 2 }, onFailure: 'continue' } as const;
    expect(review(facts({ rules, activeHours: 1.9 }))).toEqual({ kind: 'go on' });
    expect(review(facts({ rules, activeHours: 2 }))).toMatchObject({ kind: 'pause', reason: { code: 'HOURS' } });
  });

  it('pauses when its canary has failed, and lets the others run when it lives', () => {
    expect(review(facts({ canary: ['succeeded', 'failed', 'blocked'], failures: ['broken'] }))).toMatchObject({
      reason: { code: 'CANARY', message: expect.stringContaining('broken') as string },
    });
    expect(review(facts({ canary: ['succeeded', 'running'] }))).toEqual({ kind: 'go on' });
    expect(review(facts({ canary: ['succeeded', 'succeeded'] }))).toEqual({ kind: 'end the canary' });
  });
});
