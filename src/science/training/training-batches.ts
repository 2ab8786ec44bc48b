import { DomainError } from '#kernel/domain-error.ts';
import type { Rng } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import type { TrainingBatch } from './trainer.ts';

export class NothingToTrainOnError extends DomainError<'NOTHING_TO_TRAIN_ON'> {
  constructor(sessions: number) {
    super(
      'NOTHING_TO_TRAIN_ON',
      `None of the ${sessions} training sessions has two items, so there is no next item to learn. ` +
        `Lower protocol.minItemCount, or bring longer sessions.`,
    );
  }
}

/** Items from `begin` up to, not including, `end` among those of a view: the last is a target only, the first an input only. */
export interface Window {
  readonly begin: number;
  readonly end: number;
}

/**
 * Every step from an item to the next of its session, each in one window of at most `maxLength` steps. A session that is longer
 * than the model sees is cut from its end, so that what it says last is seen whole.
 * @throws NothingToTrainOnError
 */
export function windowsOf({ offsets, session }: SessionView, maxLength: number): readonly Window[] {
  const windows: Window[] = [];
  for (let at = 0; at < session.length; at++) {
    const [first, last] = [offsets[at]!, offsets[at + 1]! - 1];
    for (let end = last; end > first; end -= maxLength) {
      windows.push({ begin: Math.max(first, end - maxLength), end: end + 1 });
    }
  }
  if (windows.length === 0) throw new NothingToTrainOnError(session.length);
  return windows;
}

/** The windows of an epoch in an order of chance, `batch` at a time; the last batch has what is left. */
export function* batchesOf(
  { items }: SessionView,
  windows: readonly Window[],
  { batch, rng }: { readonly batch: number; readonly rng: Rng },
): Generator<TrainingBatch> {
  const order = [...windows];
  rng.shuffle(order);
  for (let from = 0; from < order.length; from += batch) {
    const sample = order.slice(from, from + batch);
    yield {
      inputs: sample.map(({ begin, end }) => items.subarray(begin, end - 1)),
      targets: sample.map(({ begin, end }) => items.subarray(begin + 1, end)),
    };
  }
}
