import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from '#science/tensors/safetensors.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { vector } from '#science/tensors/tensor.ts';
import { anySessions, aView } from '../../../test/support/session-views.ts';
import { decodeVsKnn, encodeVsKnn, fitVsKnn, vsKnnRecommender, type VsKnnSettings } from './vs-knn.ts';

const PLAIN: VsKnnSettings = { neighbours: 500, sample: 5000, idf: 0 };

function scoresAfter(prefix: number[], train: SessionView, settings: VsKnnSettings): number[] {
  const recommender = vsKnnRecommender(decodeVsKnn(decodeSafetensors(encodeVsKnn(fitVsKnn(train, settings)))));
  const scores = new Float64Array(train.itemCount + 1).fill(9);
  recommender.score(Int32Array.from(prefix), scores);
  // Scratch memory that was not cleaned would show in the second answer.
  const again = new Float64Array(scores.length);
  recommender.score(Int32Array.from(prefix), again);
  expect(again).toEqual(scores);
  return [...scores];
}

function expectScores(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  expected.forEach((score, item) => expect(actual[item]).toBeCloseTo(score, 10));
}

/** By the definition, session by session, for sessions that are the more recent the later they come. */
function scoresByDefinition(
  prefix: number[],
  sessions: number[][],
  settings: VsKnnSettings,
  itemCount: number,
): number[] {
  // From the latest: sums in another order would break exact ties in other ways.
  const distinct = [...new Set(prefix.toReversed())];
  const weight = (item: number): number => ((prefix.lastIndexOf(item) + 1) / prefix.length) ** 2;
  const neighbours = sessions
    .map((items, recency) => ({ items, recency, shared: distinct.filter((item) => items.includes(item)) }))
    .filter(({ shared }) => shared.length > 0)
    .sort((left, right) => right.recency - left.recency)
    .slice(0, settings.sample)
    .map((session) => ({
      ...session,
      similarity: session.shared.reduce((sum, item) => sum + weight(item), 0) / distinct.length,
    }))
    .sort((left, right) => right.similarity - left.similarity || right.recency - left.recency)
    .slice(0, settings.neighbours);
  return Array.from({ length: itemCount + 1 }, (_, item) => {
    const clicks = sessions.flat().filter((other) => other === item).length;
    const boost = 1 + settings.idf * (clicks === 0 ? 0 : Math.log(sessions.length / clicks));
    return neighbours
      .filter(({ items }) => items.includes(item))
      .reduce((sum, { similarity, shared }) => {
        const steps = prefix.length - Math.max(...shared.map((other) => prefix.lastIndexOf(other)));
        return sum + (similarity * boost) / steps;
      }, 0);
  });
}

describe('vs-knn', () => {
  it('weighs positions quadratically and divides by the steps to the latest shared item', () => {
    // Prefix 1, 2: weights (1/2)² = 1/4 and 1; two distinct items. Session {1, 3} shares 1, two steps from the end:
    // similarity 1/4 / 2 = 1/8, over 2 = 1/16. Session {2, 4}: 1/2 over 1. Session {1, 2, 5}: (1/4 + 1) / 2 = 5/8 over 1.
    const scores = scoresAfter([1, 2], aView([[1, 3], [2, 4], [1, 2, 5], [6]]), PLAIN);
    expectScores(scores, [0, 1 / 16 + 5 / 8, 1 / 2 + 5 / 8, 1 / 16, 1 / 2, 5 / 8, 0]);
  });

  it('counts a repeated item once, where it stood last', () => {
    // Prefix 1, 2, 1: item 1 weighs 1 at step 1, item 2 (2/3)² at step 2; two distinct items.
    const scores = scoresAfter([1, 2, 1], aView([[1], [2]]), PLAIN);
    expectScores(scores, [0, 1 / 2, 4 / 9 / 2 / 2]);
  });

  it('raises rare items by their inverse document frequency', () => {
    // Four sessions; item 1 has 2 interactions, item 2 has 1: idf ln 2 and ln 4. Similarity 1.
    const scores = scoresAfter([1], aView([[1, 2], [1], [3], [3]]), { ...PLAIN, idf: 5 });
    expectScores(scores, [0, 2 * (1 + 5 * Math.log(2)), 1 + 5 * Math.log(4), 0]);
  });

  it('seeks neighbours among the most recent sessions, by the end and not by the number', () => {
    const sessions = [
      [1, 2],
      [1, 3],
      [1, 4],
    ];
    const recent = scoresAfter([1], aView(sessions, { end: [30, 10, 20] }), { ...PLAIN, sample: 2 });
    expectScores(recent, [0, 2, 1, 0, 1]);
    const withoutTimes = scoresAfter([1], aView(sessions), { ...PLAIN, sample: 2 });
    expectScores(withoutTimes, [0, 2, 0, 1, 1]);
  });

  it('keeps the most similar neighbours, ties the more recent', () => {
    const scores = scoresAfter(
      [1, 2],
      aView([
        [1, 2, 3],
        [2, 4],
        [2, 5],
        [1, 6],
      ]),
      { ...PLAIN, neighbours: 2 },
    );
    expectScores(scores, [0, 5 / 8, 5 / 8 + 1 / 2, 5 / 8, 0, 1 / 2, 0]);
  });

  it('agrees with the definition', () => {
    const settings = fc.record({
      neighbours: fc.integer({ min: 1, max: 5 }),
      sample: fc.integer({ min: 1, max: 6 }),
      idf: fc.constantFrom(0, 5),
    });
    fc.assert(
      fc.property(anySessions(6), anySessions(6), settings, (sessions, [prefix], chosen) => {
        const scores = scoresAfter(prefix!, aView(sessions, { itemCount: 6 }), chosen);
        expectScores(scores, scoresByDefinition(prefix!, sessions, chosen, 6));
      }),
    );
  });

  it('refuses a file without its settings', () => {
    const empty = {
      offsets: vector(Int32Array.of(0)),
      items: vector(new Int32Array(0)),
      idf: vector(Float64Array.of(0)),
    };
    expect(() => decodeVsKnn(decodeSafetensors(encodeSafetensors(empty)))).toThrow('settings of its vs-knn');
  });
});
