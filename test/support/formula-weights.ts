import { type SasrecShape, sasrecWeightShapes } from '#science/models/sasrec.ts';
import type { Weights } from '#science/models/weights.ts';
import { elementsOf } from '#science/tensors/tensor.ts';

/** Weights by a formula that test/support/python/sasrec_golden.py calculates too: sin(0.37 i² + i + n) / 2. */
export function formulaWeights(shape: SasrecShape): Weights {
  return Object.fromEntries(
    Object.entries(sasrecWeightShapes(shape)).map(([name, weightShape], number) => {
      const data = new Float32Array(elementsOf(weightShape)).map((_, at) => Math.sin(0.37 * at ** 2 + at + number) / 2);
      return [name, { dtype: 'F32', shape: weightShape, data }];
    }),
  );
}
