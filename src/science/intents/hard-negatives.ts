import { fillTopItems } from '#science/metrics/top-items.ts';
import type { BatchRecommender } from '#science/models/recommender.ts';
import { contextOf, eligibleSessions } from '#science/sessions/eligible-sessions.ts';
import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { decodeSafetensors, encodeSafetensors, numbersOf } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';

/** More than the 10 of which candidates are made, for pools of more candidates. */
const NEGATIVES = 25;

/** Of each eligible session the items that the warm-up would rather have expected than the one held out. */
export interface HardNegatives {
  /** (N): positions in the training view, ascending. */
  readonly position: Int32Array;
  /** (N, 25): best first, without those of the session; 0 where there is none. */
  readonly items: Int32Array;
}

/**
 * The best items after each context, without those of the session (science C.6). Yields the sessions done after each batch.
 * @param maxLength items that the recommender sees, the latest.
 */
export async function* findHardNegatives(
  recommender: BatchRecommender,
  train: SessionView,
  maxLength: number,
): AsyncGenerator<number, HardNegatives> {
  const position = eligibleSessions(train);
  const items = new Int32Array(position.length * NEGATIVES);
  for (let row = 0; row < position.length; row += recommender.batch) {
    const batch = position.subarray(row, row + recommender.batch);
    const scores = await recommender.scoreAll(Array.from(batch, (at) => contextOf(train, at).subarray(-maxLength)));
    for (const [index, at] of batch.entries()) {
      const masked = new Set(itemsOf(train, at));
      fillTopItems(scores[index]!, masked, items.subarray((row + index) * NEGATIVES, (row + index + 1) * NEGATIVES));
    }
    yield row + batch.length;
  }
  return { position, items };
}

export function encodeNegatives({ position, items }: HardNegatives): Uint8Array {
  return encodeSafetensors({
    position: vector(position),
    items: { dtype: 'I32', shape: [position.length, NEGATIVES], data: items },
  });
}

/** @throws DamagedTensorsError if the bytes are not what `encodeNegatives` writes. */
export function decodeNegatives(bytes: Uint8Array): HardNegatives {
  const file = decodeSafetensors(bytes);
  return { position: numbersOf(file, 'position', 'I32'), items: numbersOf(file, 'items', 'I32') };
}

/** The negatives of the session at a position of the training view, best first. */
export function negativesOf({ position, items }: HardNegatives): (at: number) => Int32Array {
  const rowOf = new Map(Array.from(position, (at, row) => [at, row]));
  return (at) => {
    const row = rowOf.get(at);
    if (row === undefined) return new Int32Array(0);
    return items.subarray(row * NEGATIVES, (row + 1) * NEGATIVES).filter((item) => item !== 0);
  };
}
