import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IntentLabels } from '#science/intents/intent-labels.ts';
import { stream } from '#science/random/stream.ts';
import { aView } from '../../../test/support/session-views.ts';
import { contextsOf } from './contexts.ts';
import { sessionLabels, shuffledLabels } from './session-labels.ts';

function labelsOf(labels: readonly (readonly [position: number, intents: readonly number[]])[]): IntentLabels {
  let end = 0;
  return {
    position: Int32Array.from(labels, ([position]) => position),
    offsets: Int32Array.from([0, ...labels.map(([, intents]) => (end += intents.length))]),
    intents: Int32Array.from(labels.flatMap(([, intents]) => intents)),
  };
}

function listed({ position, offsets, intents }: IntentLabels): (readonly [number, readonly number[]])[] {
  return Array.from(position, (at, label) => [at, [...intents.subarray(offsets[label], offsets[label + 1])]] as const);
}

describe('contexts', () => {
  it('are training sessions without their last item, the latest of them that the model sees', () => {
    const { position, items } = contextsOf(aView([[1, 2, 3, 4, 5], [6], [7, 8]]), 3);
    expect([...position]).toEqual([0, 2]);
    expect(items.map((own) => [...own])).toEqual([[2, 3, 4], [7]]);
  });
});

describe('labels', () => {
  it('belong to contexts by the position of their session; one without intents is none', () => {
    const contexts = contextsOf(aView([[1, 2], [3], [4, 5], [6, 7]]), 5);
    const { labelled, intents } = sessionLabels(
      labelsOf([
        [0, []],
        [2, [1, 3]],
      ]),
      contexts,
    );
    expect([...labelled]).toEqual([1]);
    expect(intents.map((own) => [...own])).toEqual([[], [1, 3], []]);
  });

  it('that are shuffled go to other sessions, all of them, and every intent keeps its count', () => {
    const anyLabels = fc.array(fc.array(fc.nat(4), { maxLength: 3 }), { minLength: 2, maxLength: 20 });
    fc.assert(
      fc.property(anyLabels, fc.nat(100), (all, seed) => {
        // A number that tells each label apart.
        const labels = labelsOf(all.map((intents, at) => [2 * at, [...intents, 100 + at]]));
        const dealt = shuffledLabels(labels, stream(seed, 'train', 'labels/shuffle'));
        expect([...dealt.position]).toEqual([...labels.position]);
        expect([...dealt.intents].sort()).toEqual([...labels.intents].sort());
        for (const [at, [, intents]] of listed(dealt).entries()) expect(intents.at(-1)).not.toBe(100 + at);
      }),
    );
  });

  it('of one session stay where they are: there is no other', () => {
    const labels = labelsOf([[3, [0, 1]]]);
    expect(listed(shuffledLabels(labels, stream(1, 'train', 'labels/shuffle')))).toEqual([[3, [0, 1]]]);
  });
});
