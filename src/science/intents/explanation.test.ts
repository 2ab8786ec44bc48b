import { describe, expect, it } from 'vitest';
import type { TensorOf } from '#science/tensors/tensor.ts';
import { explain, supportAlone } from './explanation.ts';

function matrix(...rows: readonly (readonly number[])[]): TensorOf<'F32'> {
  return { dtype: 'F32', shape: [rows.length, rows[0]!.length], data: Float32Array.from(rows.flat()) };
}

const never = (): number => 0;

describe('an explanation', () => {
  it('names the intents that are half likelier than if all were alike, at most three, the likeliest first', () => {
    // M = 5: from .3 on.
    const named = (...probabilities: number[]): number[] =>
      explain(Int32Array.of(1), Float32Array.from(probabilities), never).map(({ intent }) => intent);
    expect(named(0.1, 0.31, 0.5, 0.05, 0.04)).toEqual([2, 1]);
    expect(named(0.2, 0.2, 0.2, 0.2, 0.2)).toEqual([]);
    // M = 8: from .1875 on.
    expect(named(0.2, 0.2, 0.22, 0.2, 0.18, 0, 0, 0)).toEqual([2, 0, 1]);
  });

  it('gives each the item that supports it most, the latest of equal ones', () => {
    const alone = matrix([0.1, 0.9], [0.6, 0.4], [0.6, 0.4]);
    const explained = explain(Int32Array.of(7, 8, 9), Float32Array.of(0.8, 0.2), supportAlone(alone));
    expect(explained).toEqual([{ intent: 0, probability: Math.fround(0.8), evidence: 9 }]);
  });
});
