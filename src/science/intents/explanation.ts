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
 * supports it most, the latest of equal ones (science C.10; what support is: `supportAlone`).
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
 * that have both, where an item of chance is one in 70 % and the one that points where the intent does, the largest
 * x̂_v · (V_m / ‖V_m‖), in 63 to 75 %: about as often as chance. That is why it is not the one (science C.10 has it so).
 *
 * @param alone (n, M): the probabilities of the intents of each item of the session, as a session of its own.
 */
export function supportAlone({ data, shape }: TensorOf<'F32'>): Support {
  return (intent, place) => data[place * shape[1]! + intent]!;
}

function bestPlace(length: number, supportAt: (place: number) => number): number {
  let [best, most] = [0, -Infinity];
  for (let place = 0; place < length; place++) {
    const support = supportAt(place);
    if (support >= most) [best, most] = [place, support];
  }
  return best;
}
