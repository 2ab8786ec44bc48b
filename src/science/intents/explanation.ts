import type { TensorOf } from '#science/tensors/tensor.ts';

/** An intent behind a session, and the item of the session that speaks for it most. */
export interface ExplainingIntent {
  /** Place among the active intents of the pool, 0 to M − 1. */
  readonly intent: number;
  readonly probability: number;
  readonly evidence: number;
}

/** How much the item at a place of the session speaks for an intent, more being more. */
export type Support = (intent: number, place: number) => number;

/** The most intents that are shown. */
const MOST = 3;
/** Of what each would have if all were alike: below it an intent tells nothing. */
const LEAST = 1.5;

/**
 * Why these recommendations: the at most 3 intents with p ≥ 1.5 / M, the likeliest first, each with the item of the session that
 * supports it most, the latest of equal ones (science C.10).
 *
 * @param session its items, at least one.
 * @param probabilities p (M)
 */
export function explain(
  session: Int32Array,
  probabilities: Float32Array,
  support: Support,
): readonly ExplainingIntent[] {
  return [...probabilities.keys()]
    .filter((intent) => probabilities[intent]! >= LEAST / probabilities.length)
    .sort((left, right) => probabilities[right]! - probabilities[left]! || left - right)
    .slice(0, MOST)
    .map((intent) => ({
      intent,
      probability: probabilities[intent]!,
      evidence: session[bestPlace(session.length, (place) => support(intent, place))]!,
    }));
}

/**
 * Support by what the predictor makes of each item alone.
 *
 * Measured on sessions of a planted intent with a quarter of noise: the evidence is an item of the intent in all of the sessions
 * that have both, where an item of chance is one in 70 % and the one that points where the intent does in 63 to 75 %.
 *
 * @param alone (n, M): the probabilities of the intents of each item of the session, as a session of its own.
 */
export function supportAlone({ data, shape }: TensorOf<'F32'>): Support {
  return (intent, place) => data[place * shape[1]! + intent]!;
}

/**
 * Support by direction: x̂_v · (V_m / ‖V_m‖), how much the embedding of an item points where the intent moves the session.
 *
 * @param session items that the model knows.
 * @param itemTable (|V|, d): row v − 1 is item v.
 * @param directions (M, d), rows of length 1, as `intentDirections` gives them.
 */
export function supportByDirection(
  session: Int32Array,
  itemTable: TensorOf<'F32'>,
  directions: TensorOf<'F32'>,
): Support {
  return (intent, place) => {
    const embedding = rowOf(itemTable, session[place]! - 1);
    return dot(embedding, rowOf(directions, intent)) / Math.sqrt(dot(embedding, embedding));
  };
}

function bestPlace(length: number, supportAt: (place: number) => number): number {
  let [best, most] = [0, -Infinity];
  for (let place = 0; place < length; place++) {
    const support = supportAt(place);
    if (support >= most) [best, most] = [place, support];
  }
  return best;
}

function rowOf({ data, shape }: TensorOf<'F32'>, row: number): Float32Array {
  return data.subarray(row * shape[1]!, (row + 1) * shape[1]!);
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let axis = 0; axis < left.length; axis++) sum += left[axis]! * right[axis]!;
  return sum;
}
