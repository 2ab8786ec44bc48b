import { describe, expect, it } from 'vitest';
import type { Recommender } from '#science/models/recommender.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { type RankingRules, rankSessions, type SessionRanks } from './session-ranks.ts';

const LAST: RankingRules = { evaluate: 'last', maskSeen: false, maxLength: 20 };

const view: SessionView = {
  itemCount: 5,
  offsets: Int32Array.of(0, 3, 5),
  items: Int32Array.of(5, 4, 1, 2, 3),
  session: Int32Array.of(10, 20),
  end: null,
};

/** Prefers items with greater numbers, and keeps what it was asked. */
function scripted(): Recommender & { readonly prefixes: number[][] } {
  const prefixes: number[][] = [];
  return {
    prefixes,
    itemCount: 5,
    score(prefix, scores) {
      prefixes.push([...prefix]);
      scores.set([0, 1, 2, 3, 4, 5]);
    },
  };
}

function ranked(recommender: Recommender, rules: RankingRules): SessionRanks {
  const ranking = rankSessions(recommender, view, rules);
  for (;;) {
    const step = ranking.next();
    if (step.done === true) return step.value;
  }
}

describe('rankSessions', () => {
  it('ranks the last item of each session after those before it', () => {
    const recommender = scripted();
    expect(ranked(recommender, LAST)).toEqual({
      session: Int32Array.of(10, 20),
      position: Int32Array.of(2, 1),
      target: Int32Array.of(1, 3),
      rank: Float32Array.of(5, 3),
    });
    expect(recommender.prefixes).toEqual([[5, 4], [2]]);
  });

  it('ranks every item but the first when asked for all prefixes', () => {
    const recommender = scripted();
    expect(ranked(recommender, { ...LAST, evaluate: 'all-prefixes' })).toEqual({
      session: Int32Array.of(10, 10, 20),
      position: Int32Array.of(1, 2, 1),
      target: Int32Array.of(4, 1, 3),
      rank: Float32Array.of(2, 5, 3),
    });
    expect(recommender.prefixes).toEqual([[5], [5, 4], [2]]);
  });

  it('leaves the items seen so far out of the ranking when they are masked', () => {
    // Items 5 and 4 leave the ranking of target 1: three remain.
    expect([...ranked(scripted(), { ...LAST, maskSeen: true }).rank]).toEqual([3, 3]);
  });

  it('cuts what the model sees to the latest items, and masks all the same', () => {
    const recommender = scripted();
    expect([...ranked(recommender, { evaluate: 'last', maskSeen: true, maxLength: 1 }).rank]).toEqual([3, 3]);
    expect(recommender.prefixes).toEqual([[4], [2]]);
  });
});
