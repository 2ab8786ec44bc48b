import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { encodeSafetensors, numbersOf, type SafetensorsFile } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import type { Recommender } from './recommender.ts';

/** Recommends what was clicked most, whatever the session. */
export interface Popularity {
  /** (|V| + 1): interactions with each item. */
  readonly counts: Float64Array;
}

/**
 * Counts interactions. A session that several views hold, as under leave-one-out, is counted once: in the last of them, which
 * has most of it.
 */
export function fitPopularity(...views: readonly [SessionView, ...SessionView[]]): Popularity {
  const counts = new Float64Array(views[0].itemCount + 1);
  const counted = new Set<number>();
  for (const view of views.toReversed()) {
    for (const [position, number] of view.session.entries()) {
      if (counted.has(number)) continue;
      counted.add(number);
      for (const item of itemsOf(view, position)) counts[item]! += 1;
    }
  }
  return { counts };
}

export function encodePopularity({ counts }: Popularity): Uint8Array {
  return encodeSafetensors({ counts: vector(counts) }, { method: 'popularity' });
}

/** @throws DamagedTensorsError if the file is not what `encodePopularity` writes. */
export function decodePopularity(file: SafetensorsFile): Popularity {
  return { counts: numbersOf(file, 'counts', 'F64') };
}

export function popularityRecommender({ counts }: Popularity): Recommender {
  return { itemCount: counts.length - 1, score: (_prefix, scores) => scores.set(counts) };
}
