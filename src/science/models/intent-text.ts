import { Graph, type Value, type Values } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { gelu } from '#science/engine/ops/gelu.ts';
import { linear } from '#science/engine/ops/matmul.ts';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { fillNormal } from '#science/random/normal.ts';
import type { Rng } from '#science/random/stream.ts';
import { elementsOf, type TensorOf } from '#science/tensors/tensor.ts';
import { principalComponents } from '#science/text/principal-components.ts';
import { INTENT_EMBEDDING } from './intent-predictor.ts';
import type { Baking } from './item-text.ts';
import { type Weights, type WeightShapes, zeroWeights } from './weights.ts';

/** T (M, t): a vector of each intent's text, which does not learn. */
export type IntentText = TensorOf<'F32'>;

const INPUT = 'intents.projection.input';
const OUTPUT = 'intents.projection.output';
/** E GELU(x)² of x ~ N(0, 1). */
const GELU_POWER = 0.425;

/**
 * E that begins at the texts: their d first principal components, scaled to the deviation d^-½ that a random E has. It learns
 * from there (`predictor.init: text`).
 */
export function embeddingFromText(text: IntentText, d: number): TensorOf<'F32'> {
  const components = principalComponents(text, d);
  const power = components.data.reduce((sum, x) => sum + x * x, 0) / components.data.length;
  // A single intent, or many of one text, do not differ: E begins at 0.
  const factor = power === 0 ? 0 : (power * d) ** -0.5;
  return { ...components, data: components.data.map((x) => x * factor) };
}

/**
 * The parameters of a predictor whose E is a projection of frozen texts, E = W GELU(V T + b) + c, instead of a table of its own
 * (`predictor.init: frozen-text`). They begin so that E has the deviation d^-½ of a random one: rows of T have length 1.
 */
export function withFrozenText(weights: Weights, text: IntentText, rng: Rng): Weights {
  const { [INTENT_EMBEDDING]: embedding, ...own } = weights;
  const d = embedding!.shape[1]!;
  const projection = zeroWeights(projectionShapes(text.shape[1]!, d));
  fillNormal(projection[`${INPUT}.weight`]!.data, 1, rng.split(`${INPUT}.weight`));
  fillNormal(projection[`${OUTPUT}.weight`]!.data, 1 / (d * Math.sqrt(GELU_POWER)), rng.split(`${OUTPUT}.weight`));
  return { ...own, ...projection };
}

/** The weights that a predictor reads: where parameters have a projection, E is that of the texts. */
export function intentWeightsRead(parameters: Values, text: IntentText | undefined): Values {
  if (text === undefined || parameters[`${INPUT}.weight`] === undefined) return parameters;
  const entries = Object.entries(parameters).filter(([name]) => !name.startsWith('intents.projection.'));
  const { graph } = parameters[`${INPUT}.weight`]!;
  return { ...Object.fromEntries(entries), [INTENT_EMBEDDING]: projected(graph.constant(text), parameters) };
}

/** Makes parameters with a projection into the weights of a plain predictor, which needs no text. */
export async function loadIntentBaking(runtime: TensorRuntime, text: IntentText, d: number): Promise<Baking> {
  const graph = new Graph();
  const shapes = projectionShapes(text.shape[1]!, d);
  const parameters = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]): [string, Value] => [name, graph.input(name, shape)]),
  );
  graph.output('embedding', projected(graph.constant(text), parameters));
  const program = await runtime.load(encodeOnnxModel(graph));
  return {
    bake: async (weights) => {
      const shape = [text.shape[0]!, d];
      const embedding = { dtype: 'F32', shape, data: new Float32Array(elementsOf(shape)) } as const;
      const inputs = Object.keys(shapes).map((name) => [name, weights[name]!] as const);
      await program.run(Object.fromEntries(inputs), { embedding });
      const own = Object.entries(weights).filter(([name]) => !Object.hasOwn(shapes, name));
      return { [INTENT_EMBEDDING]: embedding, ...Object.fromEntries(own) };
    },
    release: () => program.release(),
  };
}

function projected(text: Value, parameters: Values): Value {
  const inner = gelu(linear(text, parameters[`${INPUT}.weight`]!, parameters[`${INPUT}.bias`]!));
  return linear(inner, parameters[`${OUTPUT}.weight`]!, parameters[`${OUTPUT}.bias`]!);
}

function projectionShapes(width: number, d: number): WeightShapes {
  return {
    [`${INPUT}.weight`]: [width, d],
    [`${INPUT}.bias`]: [d],
    [`${OUTPUT}.weight`]: [d, d],
    [`${OUTPUT}.bias`]: [d],
  };
}
