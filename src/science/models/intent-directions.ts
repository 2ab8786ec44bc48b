import { Matrix } from 'ml-matrix';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { INTENT_EMBEDDING } from './intent-predictor.ts';
import type { Weights } from './weights.ts';

/**
 * (M, d): where each intent moves the embedding of a session, as vectors of length 1: V_m / ‖V_m‖ with V = E W_V W_O. W_O is part of
 * it, because only behind it a value lies in the space of sessions and items. `null` for a model that does not fuse.
 */
export function intentDirections(weights: Weights): TensorOf<'F32'> | null {
  const { [INTENT_EMBEDDING]: embedding, 'intents.value': value, 'intents.output': output } = weights;
  if (value === undefined || output === undefined) return null;
  const moved = matrixOf(embedding!).mmul(matrixOf(value)).mmul(matrixOf(output));
  const rows = Array.from({ length: moved.rows }, (_, row) => unit(moved.getRow(row)));
  return { dtype: 'F32', shape: [moved.rows, moved.columns], data: Float32Array.from(rows.flat()) };
}

function matrixOf({ data, shape }: TensorOf<'F32'>): Matrix {
  return Matrix.from1DArray(shape[0]!, shape[1]!, Array.from(data));
}

/** An intent that moves nothing has no direction. */
function unit(numbers: readonly number[]): readonly number[] {
  const length = Math.hypot(...numbers);
  return length === 0 ? numbers : numbers.map((number) => number / length);
}
