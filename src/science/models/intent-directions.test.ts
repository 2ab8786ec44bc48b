import { describe, expect, it } from 'vitest';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { intentDirections } from './intent-directions.ts';

function matrix(...rows: readonly (readonly number[])[]): TensorOf<'F32'> {
  return { dtype: 'F32', shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) };
}

describe('the directions of intents', () => {
  it('are where they move the session, as vectors of length 1', () => {
    // E W_V W_O: intent 0 moves along (1, 0) · [[0, 2], [1, 0]] = (0, 2), intent 1 along (0, 1) · … = (1, 0).
    const directions = intentDirections({
      'intents.embedding': matrix([1, 0], [0, 1]),
      'intents.value': matrix([1, 0], [0, 1]),
      'intents.output': matrix([0, 2], [1, 0]),
    })!;
    expect(directions).toEqual(matrix([0, 1], [1, 0]));
  });

  it('are none of a model whose intents move nothing', () => {
    expect(intentDirections({ 'intents.embedding': matrix([1, 0]) })).toBeNull();
  });
});
