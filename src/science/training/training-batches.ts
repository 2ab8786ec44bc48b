import { DomainError } from '#kernel/domain-error.ts';
import type { Rng } from '#science/random/stream.ts';
import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';
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

/** Positions in the view of the sessions that can teach something: two items or more. @throws NothingToTrainOnError. */
export function teachingSessions(view: SessionView): Int32Array {
  const sessions = Int32Array.from(view.session.keys()).filter((at) => itemsOf(view, at).length >= 2);
  if (sessions.length === 0) throw new NothingToTrainOnError(view.session.length);
  return sessions;
}

/** The sessions of an epoch in an order of chance, `batch` at a time; the last batch has what is left. */
export function* batchesOf(
  view: SessionView,
  sessions: Int32Array,
  { batch, maxLength, rng }: { readonly batch: number; readonly maxLength: number; readonly rng: Rng },
): Generator<TrainingBatch> {
  const order = sessions.slice();
  rng.shuffle(order);
  for (let begin = 0; begin < order.length; begin += batch) {
    const histories = Array.from(order.subarray(begin, begin + batch), (at) => itemsOf(view, at));
    yield {
      inputs: histories.map((items) => items.subarray(0, -1).subarray(-maxLength)),
      targets: histories.map((items) => items.subarray(1).subarray(-maxLength)),
    };
  }
}
