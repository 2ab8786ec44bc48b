import { Graph, type Value, type Values } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { add } from '#science/engine/ops/elementwise.ts';
import { matmul } from '#science/engine/ops/matmul.ts';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { elementsOf, type TensorOf } from '#science/tensors/tensor.ts';
import { type Weights, zeroWeights } from './weights.ts';

/** T (|V|, t): a vector of each item's text, which does not learn. */
export type ItemText = TensorOf<'F32'>;

const ITEMS = 'embedding.items';
const PROJECTION = 'text.projection';
const TEXT = 'text';

/**
 * The parameters of a model whose items have text, before training: beside its own weights the projection P (t, d) of the texts.
 * P is zero, so that training starts as that of the model without text, from the same bits, and the two differ by what text adds.
 * It leaves zero with the first step: its gradient, Tᵀ dX, does not depend on it.
 */
export function withTextProjection(weights: Weights, text: ItemText): Weights {
  const shape = [text.shape[1]!, weights[ITEMS]!.shape[1]!];
  return { ...weights, ...zeroWeights({ [PROJECTION]: shape }) };
}

/** X = E + T P (|V|, d): items of like texts are alike in it, also those that training hardly sees. */
export function tableWithText(items: Value, text: Value, projection: Value): Value {
  return add(items, matmul(text, projection));
}

/**
 * The weights that the model reads. Where parameters have a projection, the item table is the one with text, for input and output
 * alike, and T an input of the program, `text`.
 */
export function weightsRead(parameters: Values): Values {
  const { [PROJECTION]: projection, ...own } = parameters;
  if (projection === undefined) return parameters;
  const items = own[ITEMS]!;
  const text = items.graph.input(TEXT, [items.shape[0]!, projection.shape[0]!]);
  return { ...own, [ITEMS]: tableWithText(items, text, projection) };
}

/** Makes parameters into the weights of a plain model, which needs no text. */
export interface Baking {
  bake(parameters: Weights): Promise<Weights>;
  release(): Promise<void>;
}

/** Bakes with the operators of the training itself; without text parameters are weights already. */
export async function loadBaking(runtime: TensorRuntime, text: ItemText | undefined, d: number): Promise<Baking> {
  if (text === undefined) return { bake: (weights) => Promise.resolve(weights), release: () => Promise.resolve() };
  const [itemCount, width] = text.shape;
  const graph = new Graph();
  const parameters = {
    [ITEMS]: graph.input(ITEMS, [itemCount!, d]),
    [PROJECTION]: graph.input(PROJECTION, [width!, d]),
  };
  graph.output('table', weightsRead(parameters)[ITEMS]!);
  const program = await runtime.load(encodeOnnxModel(graph));
  return {
    bake: async ({ [PROJECTION]: projection, ...own }) => {
      const table = emptyLike(own[ITEMS]!);
      await program.run({ [ITEMS]: own[ITEMS]!, [PROJECTION]: projection!, [TEXT]: text }, { table });
      return { ...own, [ITEMS]: table };
    },
    release: () => program.release(),
  };
}

function emptyLike({ shape }: TensorOf<'F32'>): TensorOf<'F32'> {
  return { dtype: 'F32', shape, data: new Float32Array(elementsOf(shape)) };
}
