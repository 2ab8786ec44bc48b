import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import { anySessions, aView } from '../../../test/support/session-views.ts';
import { decodeItemKnn, encodeItemKnn, fitItemKnn, itemKnnRecommender, type ItemKnnSettings } from './item-knn.ts';

const ALL: ItemKnnSettings = { neighbours: 100, shrink: 0 };

function scoresAfter(prefix: number[], sessions: number[][], settings: ItemKnnSettings, itemCount = 4): number[] {
  const model = fitItemKnn(aView(sessions, { itemCount }), settings);
  const scores = new Float64Array(itemCount + 1).fill(9);
  itemKnnRecommender(decodeItemKnn(decodeSafetensors(encodeItemKnn(model)))).score(Int32Array.from(prefix), scores);
  return [...scores];
}

/** By the definition, a matrix for all pairs of items: what the model must not need for a large catalogue. */
function scoresByDefinition(
  prefix: number[],
  sessions: number[][],
  settings: ItemKnnSettings,
  itemCount: number,
): number[] {
  const items = Array.from({ length: itemCount + 1 }, (_, item) => item);
  const has = (item: number): boolean[] => sessions.map((session) => session.includes(item));
  const count = (marks: boolean[]): number => marks.filter(Boolean).length;
  const similarity = (u: number, v: number): number => {
    const shared = count(has(u).map((inSession, at) => inSession && has(v)[at]!));
    return u === v || shared === 0 ? 0 : shared / (Math.sqrt(count(has(u)) * count(has(v))) + settings.shrink);
  };
  return items.map((v) => {
    const nearest = items
      .filter((u) => u > 0 && v > 0 && similarity(u, v) > 0)
      .sort((u, w) => similarity(w, v) - similarity(u, v) || u - w)
      .slice(0, settings.neighbours);
    return nearest.filter((u) => prefix.includes(u)).reduce((sum, u) => sum + similarity(u, v), 0);
  });
}

describe('item-knn', () => {
  // Sessions {1, 2}, {1, 2, 3}, {3, 4}: n = (2, 2, 2, 1); n_12 = 2, n_13 = n_23 = 1, n_34 = 1.
  const SESSIONS = [
    [1, 2, 1],
    [3, 2, 1],
    [3, 4],
  ];

  it('scores an item by its cosine similarities to the distinct items of the prefix', () => {
    // From 1: sim(2) = 2/2, sim(3) = 1/2. From 3: sim(1) = sim(2) = 1/2, sim(4) = 1/√2.
    const scores = scoresAfter([1, 3, 1], SESSIONS, ALL);
    [0, 0.5, 1.5, 0.5, Math.SQRT1_2].forEach((score, item) => expect(scores[item]).toBeCloseTo(score, 6));
  });

  it('shrinks similarities that few sessions support', () => {
    // sim(2) = 2 / (2 + 2), sim(3) = 1 / (2 + 2).
    expect(scoresAfter([1], SESSIONS, { neighbours: 100, shrink: 2 })).toEqual([0, 0, 0.5, 0.25, 0]);
  });

  it('keeps the nearest neighbours of each scored item, ties by smaller item', () => {
    // Item 3 has the neighbours 4 (1/√2), then 1 and 2 (1/2 each): with two, 2 is dropped.
    expect(scoresAfter([2], SESSIONS, { neighbours: 2, shrink: 0 })[3]).toBe(0);
    expect(scoresAfter([1], SESSIONS, { neighbours: 2, shrink: 0 })[3]).toBe(0.5);
  });

  it('agrees with the definition', () => {
    const settings = fc.record({ neighbours: fc.integer({ min: 1, max: 4 }), shrink: fc.constantFrom(0, 3) });
    fc.assert(
      fc.property(anySessions(6), anySessions(6), settings, (sessions, [prefix], chosen) => {
        const scores = scoresAfter(prefix!, sessions, chosen, 6);
        scoresByDefinition(prefix!, sessions, chosen, 6).forEach((score, item) =>
          expect(scores[item]).toBeCloseTo(score, 5),
        );
      }),
    );
  });
});
