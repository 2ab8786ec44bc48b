import type { TensorOf } from '#science/tensors/tensor.ts';

/** An intent behind a session, and what of the session speaks for it most. */
export interface ExplainingIntent {
  /** Place among the active intents of the pool, 0 to M − 1. */
  readonly intent: number;
  readonly probability: number;
  /** An item of the session; `null` of a model whose intents do not reach its recommendations. */
  readonly evidence: number | null;
}

/** What explanations read of a model. */
export interface ExplainedModel {
  /** (|V|, d): row v − 1 is item v. */
  readonly itemTable: TensorOf<'F32'>;
  /** (M, d): where each intent moves the embedding of a session, a vector of length 1; `null` where intents move nothing. */
  readonly directions: TensorOf<'F32'> | null;
}

/** The most intents that are shown. */
const MOST = 3;
/** Of what each would have if all were alike: below it an intent tells nothing. */
const LEAST = 1.5;

/**
 * Why these recommendations: the at most 3 intents with p ≥ 1.5 / M, the likeliest first, each with the item of the session whose
 * embedding points most where the intent does, the latest of equal ones (science C.10).
 *
 * @param session its items, those that the model knows, at least one.
 * @param probabilities (M)
 */
export function explain(
  session: Int32Array,
  probabilities: Float32Array,
  model: ExplainedModel,
): readonly ExplainingIntent[] {
  const intents = [...probabilities.keys()];
  return intents
    .filter((intent) => probabilities[intent]! >= LEAST / intents.length)
    .sort((left, right) => probabilities[right]! - probabilities[left]! || left - right)
    .slice(0, MOST)
    .map((intent) => ({
      intent,
      probability: probabilities[intent]!,
      evidence: evidenceFor(intent, session, model),
    }));
}

function evidenceFor(intent: number, session: Int32Array, { itemTable, directions }: ExplainedModel): number | null {
  if (directions === null) return null;
  const direction = rowOf(directions, intent);
  let [best, largest] = [session[0]!, -Infinity];
  for (const item of session) {
    const embedding = rowOf(itemTable, item - 1);
    const agreement = dot(embedding, direction) / Math.sqrt(dot(embedding, embedding));
    if (agreement >= largest) [best, largest] = [item, agreement];
  }
  return best;
}

function rowOf({ data, shape }: TensorOf<'F32'>, row: number): Float32Array {
  const width = shape[1]!;
  return data.subarray(row * width, (row + 1) * width);
}

function dot(left: Float32Array, right: Float32Array): number {
  let sum = 0;
  for (let axis = 0; axis < left.length; axis++) sum += left[axis]! * right[axis]!;
  return sum;
}
