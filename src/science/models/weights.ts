import type { Graph, Values } from '#science/engine/graph.ts';
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

/** Of some weights those that a program reads. */
export function weightsOf(weights: Weights, shapes: WeightShapes): Weights {
  return Object.fromEntries(Object.keys(shapes).map((name) => [name, weights[name]!]));
}

/** Weights as inputs of a program, so that it takes those of each epoch. */
export function weightInputs(graph: Graph, shapes: WeightShapes): Values {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, graph.input(name, shape)]));
}

/** Weights as part of a program. */
export function weightConstants(graph: Graph, weights: Weights): Values {
  return Object.fromEntries(Object.entries(weights).map(([name, tensor]) => [name, graph.constant(tensor)]));
}
