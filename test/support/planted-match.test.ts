import { describe, expect, it } from 'vitest';
import type { IntentLabels } from '#science/intents/intent-labels.ts';
import {
  labelInformation,
  labelPrecision,
  lastContextIntent,
  matchedIntents,
  mutualInformation,
  placeOfLargest,
  type Planted,
  trueIntents,
} from './planted-match.ts';
import { aPool } from './profiling-loop.ts';

/** Sessions 10 to 12 train, at the positions 0 to 2; their clicks are of the intents 0 0 1, 1 1, and 1 0 1. */
const planted: Planted = {
  train: { session: Int32Array.of(10, 11, 12) },
  truth: {
    names: ['camping trip', 'home office'],
    sessionPrimary: Int32Array.of(...Array<number>(10).fill(0), 0, 1, 1),
    sessionSecondary: Int32Array.of(...Array<number>(10).fill(-1), 1, -1, 0),
    offsets: Int32Array.of(...Array<number>(11).fill(0), 3, 5, 8),
    intent: Int32Array.of(0, 0, 1, 1, 1, 1, 0, 1),
  },
  synonyms: { camping: ['fern', 'moss'], trip: ['fern', 'moss'], home: ['slate'], office: ['slate'] },
};
const pool = aPool(['tent: for nights', 'desk: for days', 'slate: looking for slate', 'fern trip: moss']);
/** Position 0 has the intents 0 and 1 of the pool, position 1 has 1, position 2 has 1. */
const labels: IntentLabels = {
  position: Int32Array.of(0, 1, 2),
  offsets: Int32Array.of(0, 2, 3, 4),
  intents: Int32Array.of(0, 1, 1, 1),
};

describe('what was planted', () => {
  it('is known of a session by its number', () => {
    expect([10, 11, 12].map((session) => trueIntents(planted.truth, session))).toEqual([[0, 1], [1], [1, 0]]);
    expect([10, 11, 12].map((session) => lastContextIntent(planted.truth, session))).toEqual([0, 1, 0]);
  });
});

describe('the match of a pool', () => {
  it('is by the clicks of the sessions that support an intent, and without any by its words', () => {
    // Intent 0: clicks 0 0 1. Intent 1: those and 1 1 and 1 0 1: three of 0, five of 1. Then "slate", and "fern", "trip", "moss".
    expect([...matchedIntents(pool, labels, planted)]).toEqual([0, 1, 1, 0]);
  });

  it('gives the precision of labels', () => {
    const matched = Int32Array.of(0, 1, 1, 0);
    expect(labelPrecision(labels, matched, planted)).toBe(1);
    // With intent 1 of the pool as true intent 0, session 11 has a wrong one: three of four are right.
    expect(labelPrecision(labels, Int32Array.of(0, 0, 0, 0), planted)).toBe(0.75);
  });
});

describe('normalised mutual information', () => {
  const pairs = (...of: readonly (readonly [number, number])[]) => of.map(([left, right]) => ({ left, right }));

  it('is 1 of kinds that tell each other, whatever they are called, and 0 of independent ones', () => {
    expect(mutualInformation(pairs([0, 7], [1, 3], [0, 7]))).toBeCloseTo(1, 12);
    expect(mutualInformation(pairs([0, 0], [0, 1], [1, 0], [1, 1]))).toBeCloseTo(0, 12);
    expect(mutualInformation(pairs([0, 0], [0, 0]))).toBe(0);
  });

  it('is what one works out by hand', () => {
    // H(L) = ln 2, H(R) = (3/4) ln (4/3) + (1/4) ln 4, H(L, R) = (1/2) ln 2 + (1/2) ln 4.
    const [left, both] = [Math.log(2), 0.5 * Math.log(2) + 0.5 * Math.log(4)];
    const right = 0.75 * Math.log(4 / 3) + 0.25 * Math.log(4);
    const found = mutualInformation(pairs([0, 0], [0, 0], [1, 0], [1, 1]));
    expect(found).toBeCloseTo((2 * (left + right - both)) / (left + right), 12);
  });

  it('counts a label of two intents as one', () => {
    // Last context clicks 0, 1, 0: the table is (intent 0: ½ of 0), (intent 1: 1½ of 0 and 1 of 1).
    const h = (...shares: readonly number[]): number => shares.reduce((sum, share) => sum - share * Math.log(share), 0);
    const [left, right, both] = [h(1 / 6, 5 / 6), h(2 / 3, 1 / 3), h(1 / 6, 1 / 2, 1 / 3)];
    expect(labelInformation(labels, planted)).toBeCloseTo((2 * (left + right - both)) / (left + right), 12);
  });
});

describe('the place of the largest', () => {
  it('is the first of equal ones', () => {
    expect(placeOfLargest([1, 3, 3, 2])).toBe(1);
  });
});
