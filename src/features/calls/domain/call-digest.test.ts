import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import { digestOfCalls, type AnsweredUse } from './call-digest.ts';

const aUse = (session: number | null, change: Partial<AnsweredUse> = {}): AnsweredUse => ({
  stage: contentHash('stage'),
  subject: { purpose: 'profiling', step: 'PREDICT', session, attempt: 1, variant: 'asked' },
  call: contentHash(`call ${session}`),
  isReused: false,
  outcome: 'right',
  answer: { text: `answer ${session}`, finish: 'stop', promptTokens: 10, completionTokens: 2 },
  ...change,
});

const USES = [aUse(null), aUse(2), aUse(10), aUse(1)];

describe('the digest of a stage’s calls', () => {
  it('is that of nothing for a stage that asked nothing', () => {
    expect(digestOfCalls([])).toBeNull();
  });

  it('does not depend on the order in which the rows are read', () => {
    const digest = digestOfCalls(USES);
    expect(digest).toMatchObject({ count: 4, paid: 4 });
    fc.assert(
      fc.property(fc.shuffledSubarray(USES, { minLength: USES.length }), (shuffled) => {
        expect(digestOfCalls(shuffled)).toEqual(digest);
      }),
    );
  });

  it.each<[string, Partial<AnsweredUse>]>([
    ['the question', { call: contentHash('another') }],
    ['the answer', { answer: { ...aUse(2).answer, text: 'answer 2 ' } }],
    ['the tokens', { answer: { ...aUse(2).answer, promptTokens: 11 } }],
    ['the outcome', { outcome: 'wrong' }],
    ['what it was about', { subject: { ...aUse(2).subject, attempt: 2 } }],
  ])('changes with %s of any of them', (_, change) => {
    const changed = digestOfCalls([aUse(null), aUse(2, change), aUse(10), aUse(1)]);
    expect(changed?.digest).not.toBe(digestOfCalls(USES)?.digest);
  });

  it('is the same whoever paid: two homes that ran the same stages in another order agree', () => {
    const reused = USES.map((use) => ({ ...use, isReused: true }));
    expect(digestOfCalls(reused)).toEqual({ ...digestOfCalls(USES), paid: 0 });
  });
});
