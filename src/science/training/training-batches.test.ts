import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stream } from '#science/random/stream.ts';
import { anySessions, aView } from '../../../test/support/session-views.ts';
import { batchesOf, NothingToTrainOnError, windowsOf } from './training-batches.ts';

describe('windowsOf', () => {
  it('cuts a session that is longer than the model sees from its end', () => {
    // Steps 1→2, 2→3, …, 5→6: the last two windows have two steps each, the first has what is left. A lone item has none.
    expect(windowsOf(aView([[9], [1, 2, 3, 4, 5, 6]]), 2)).toEqual([
      { begin: 4, end: 7 },
      { begin: 2, end: 5 },
      { begin: 1, end: 3 },
    ]);
  });

  it('refuses sessions of which none has two items', () => {
    expect(() => windowsOf(aView([[1], [2]]), 20)).toThrow(NothingToTrainOnError);
  });
});

describe('batchesOf', () => {
  it('has every step of every session once, in windows no longer than the model sees', () => {
    const cases = [anySessions(9), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 })] as const;
    fc.assert(
      fc.property(...cases, (sessions, maxLength, batch) => {
        fc.pre(sessions.some(({ length }) => length > 1));
        const view = aView(sessions);
        const batches = [...batchesOf(view, windowsOf(view, maxLength), { batch, rng: stream(1, 'train', 'batch') })];
        expect(batches.every(({ inputs }) => inputs.length <= batch)).toBe(true);
        expect(batches.every(({ inputs }) => inputs.every(({ length }) => length <= maxLength))).toBe(true);
        const taught = batches.flatMap(({ inputs, targets }) =>
          inputs.flatMap((items, at) => Array.from(items, (item, step) => `${item}→${targets[at]![step]!}`)),
        );
        const steps = sessions.flatMap((items) => items.slice(1).map((item, at) => `${items[at]!}→${item}`));
        expect(taught.sort()).toEqual(steps.sort());
      }),
    );
  });

  it('takes the windows in an order of chance', () => {
    const view = aView(Array.from({ length: 50 }, (_, at) => [at + 1, at + 2]));
    const orderOf = (name: string): number[] =>
      [...batchesOf(view, windowsOf(view, 20), { batch: 8, rng: stream(1, 'train', name) })].flatMap(({ inputs }) =>
        inputs.map((items) => items[0]!),
      );
    expect(orderOf('batch/1')).toEqual(orderOf('batch/1'));
    expect(orderOf('batch/1')).not.toEqual(orderOf('batch/2'));
  });
});
