import { describe, expect, it } from 'vitest';
import { type BatchRecommender, oneByOne, type Recommender } from '#science/models/recommender.ts';
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

async function ranked(
  recommender: Recommender,
  rules: RankingRules,
  asked: BatchRecommender = oneByOne(recommender),
): Promise<SessionRanks> {
  const ranking = rankSessions(asked, view, rules);
  for (;;) {
    const step = await ranking.next();
    if (step.done === true) return step.value;
  }
}

describe('rankSessions', () => {
  it('ranks the last item of each session after those before it', async () => {
    const recommender = scripted();
    expect(await ranked(recommender, LAST)).toEqual({
      session: Int32Array.of(10, 20),
      position: Int32Array.of(2, 1),
      target: Int32Array.of(1, 3),
      rank: Float32Array.of(5, 3),
    });
    expect(recommender.prefixes).toEqual([[5, 4], [2]]);
  });

  it('ranks every item but the first when asked for all prefixes', async () => {
    const recommender = scripted();
    expect(await ranked(recommender, { ...LAST, evaluate: 'all-prefixes' })).toEqual({
      session: Int32Array.of(10, 10, 20),
      position: Int32Array.of(1, 2, 1),
      target: Int32Array.of(4, 1, 3),
      rank: Float32Array.of(2, 5, 3),
    });
    expect(recommender.prefixes).toEqual([[5], [5, 4], [2]]);
  });

  it('leaves the items seen so far out of the ranking when they are masked', async () => {
    // Items 5 and 4 leave the ranking of target 1: three remain.
    expect([...(await ranked(scripted(), { ...LAST, maskSeen: true })).rank]).toEqual([3, 3]);
  });

  it('cuts what the model sees to the latest items, and masks all the same', async () => {
    const recommender = scripted();
    expect([...(await ranked(recommender, { evaluate: 'last', maskSeen: true, maxLength: 1 })).rank]).toEqual([3, 3]);
    expect(recommender.prefixes).toEqual([[4], [2]]);
  });

  it('asks for batches, the last of them smaller, and ranks the same', async () => {
    const recommender = scripted();
    const sizes: number[] = [];
    const inBatches: BatchRecommender = {
      itemCount: 5,
      batch: 2,
      scoreAll: (prefixes) => {
        sizes.push(prefixes.length);
        return Promise.resolve(prefixes.map(() => Float32Array.of(0, 1, 2, 3, 4, 5)));
      },
    };
    const rules = { ...LAST, evaluate: 'all-prefixes' } as const;
    expect(await ranked(recommender, rules, inBatches)).toEqual(await ranked(recommender, rules));
    expect(sizes).toEqual([2, 1]);
  });
});
