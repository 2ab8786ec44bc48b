import { describe, expect, it } from 'vitest';
import { type BatchSigns, profilingWarnings } from './profiling-warnings.ts';

const RULES = { attempts: 3, candidates: 20, successRank: 1, validate: true, cap: 40 };
const GROWTH = { added: 0, merged: 0, mapped: 0, dropped: 0 };

function signs(counts: Partial<BatchSigns['counts']>, change: Partial<BatchSigns> = {}): BatchSigns {
  const known = {
    sessions: 64,
    accepted: 30,
    acceptedAt: [],
    withoutText: 0,
    overlapsTarget: 0,
    outcomes: { right: 30, wrong: 50 },
  };
  const spent = { calls: 0, promptTokens: 0, completionTokens: 0 };
  return {
    counts: { ...known, spent, ...counts },
    growth: GROWTH,
    poolSize: 20,
    rules: RULES,
    isFirst: false,
    ...change,
  };
}

describe('the warnings of a batch', () => {
  it('are none where all is well', () => {
    expect(profilingWarnings(signs({}))).toEqual([]);
  });

  it('name a stall up to two deviations above chance: 14.7 of 64', () => {
    expect(profilingWarnings(signs({ accepted: 14 }))).toEqual([
      'Profiling stalls: 14 of 64 sessions were accepted, hardly more than random answers would be (14.3 %).',
    ]);
    expect(profilingWarnings(signs({ accepted: 15 }))).toEqual([]);
  });

  it('count only sessions that were asked about: of 34 chance hardly exceeds 8.9', () => {
    const asked = { sessions: 64, withoutText: 30 };
    const stall = (accepted: number): string[] =>
      profilingWarnings(signs({ ...asked, accepted })).filter((warning) => warning.includes('stalls'));
    expect(stall(8)).toEqual([
      'Profiling stalls: 8 of 34 sessions were accepted, hardly more than random answers would be (14.3 %).',
    ]);
    // Of 64 it would be a stall.
    expect(stall(9)).toEqual([]);
    expect(profilingWarnings(signs({ sessions: 64, withoutText: 49, accepted: 0 }))).toHaveLength(1);
  });

  it('name no stall of a few sessions, or where nothing is validated', () => {
    expect(profilingWarnings(signs({ sessions: 15, accepted: 0 }))).toEqual([]);
    expect(profilingWarnings(signs({ accepted: 0 }, { rules: { ...RULES, validate: false } }))).toEqual([]);
  });

  it('name a pool that grows with every second accepted session, but not while it begins', () => {
    const growing = { growth: { ...GROWTH, added: 16 } };
    expect(profilingWarnings(signs({}, growing))).toEqual([
      'The pool grows without end: 16 new intents for 30 accepted sessions.',
    ]);
    expect(profilingWarnings(signs({}, { growth: { ...GROWTH, added: 15 } }))).toEqual([]);
    expect(profilingWarnings(signs({}, { ...growing, isFirst: true }))).toEqual([]);
  });

  it('name a full pool, and what became of what did not fit', () => {
    expect(profilingWarnings(signs({}, { poolSize: 40, growth: { ...GROWTH, mapped: 3, dropped: 2 } }))).toEqual([
      'The pool is full (40 intents, intents.cap 40): of new intents 3 count as the nearest, 2 were left out.',
    ]);
  });

  it('name a model whose answers cannot be used, and sessions of which there is nothing to ask', () => {
    const useless = { accepted: 0, outcomes: { 'not-json': 100, 'unknown-intent': 92 } };
    expect(profilingWarnings(signs(useless))[0]).toBe(
      'No answer about 64 sessions could be used: the model does not keep to the format.',
    );
    expect(profilingWarnings(signs({ sessions: 4, accepted: 0, withoutText: 4, outcomes: {} }))).toEqual([
      '4 of 4 sessions have no text at all: they were not asked about and stay unlabelled.',
    ]);
  });
});
