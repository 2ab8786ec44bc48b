import { elementsOf, type TensorOf } from '#science/tensors/tensor.ts';

/** The parameters of a trained model by name. */
export type Weights = Readonly<Record<string, TensorOf<'F32'>>>;
export type WeightShapes = Readonly<Record<string, readonly number[]>>;

export function zeroWeights(shapes: WeightShapes): Weights {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      { dtype: 'F32', shape, data: new Float32Array(elementsOf(shape)) },
    ]),
  );
}

export function copyOf(weights: Weights): Weights {
  return Object.fromEntries(
    Object.entries(weights).map(([name, { dtype, shape, data }]) => [name, { dtype, shape, data: data.slice() }]),
  );
}
