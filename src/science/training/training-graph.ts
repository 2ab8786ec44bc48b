import { gradientsOf } from '#science/engine/autodiff.ts';
import { Graph, type Shape, type Size, type Value, type Values } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { catalogueCrossEntropy } from '#science/engine/ops/catalogue-cross-entropy.ts';
import { dropout } from '#science/engine/ops/dropout.ts';
import { applyUpdates, type Optimizer } from '#science/engine/optimizer.ts';
import { layoutInputs } from '#science/models/packed-sessions.ts';
import { weightsRead } from '#science/models/item-text.ts';
import { encodeSasrec } from '#science/models/sasrec-encoder.ts';
import type { SasrecShape } from '#science/models/sasrec.ts';
import type { Weights } from '#science/models/weights.ts';
import type { Tensors } from '#science/tensors/tensor.ts';

/** What a step changes. */
export interface TrainingState {
  readonly parameters: Weights;
  readonly optimizer: Tensors;
}

export interface TrainingGraph {
  /** The ONNX model of a whole step: loss, gradients and the optimiser's update. */
  readonly model: Uint8Array;
  /** The dropout masks that every step is given, and their shapes in the sizes of the batch. */
  readonly masks: Readonly<Record<string, Shape>>;
}

/** The state of a training among the inputs of a step, and after it, under `next.`, among its outputs. */
export function namedState({ parameters, optimizer }: TrainingState, prefix = ''): Tensors {
  return { ...prefixed(`${prefix}parameter.`, parameters), ...prefixed(`${prefix}optimizer.`, optimizer) };
}

/** One step of training SASRec on every position of its sessions: cross-entropy of the next item over the catalogue. */
export function trainingGraph(shape: SasrecShape, optimizer: Optimizer, state: TrainingState): TrainingGraph {
  const graph = new Graph('float32');
  const parameters = stateInputs(graph, 'parameter.', state.parameters);
  const weights = weightsRead(parameters);
  const layout = layoutInputs(graph);
  const masks: Record<string, Shape> = {};
  const hidden = encodeSasrec(weights, layout, shape, (x, site) => {
    masks[`mask.${site}`] = x.shape;
    return dropout(x, graph.input(`mask.${site}`, x.shape));
  });
  const targets = graph.input('targets', ['tokens'], 'int64');
  const loss = catalogueCrossEntropy(hidden, weights['embedding.items']!, targets);
  const names = Object.keys(parameters);
  const gradients = gradientsOf(loss, Object.values(parameters));
  const step = graph.unrecorded(() =>
    optimizer.update(
      Object.fromEntries(gradients.map((gradient, at) => [names[at]!, gradient])),
      stateInputs(graph, 'optimizer.', state.optimizer),
    ),
  );
  graph.output('loss', loss);
  outputs(
    graph,
    'next.parameter.',
    graph.unrecorded(() => applyUpdates(parameters, step.updates)),
  );
  outputs(graph, 'next.optimizer.', step.state);
  return { model: encodeOnnxModel(graph), masks };
}

/** A shape with its named sizes filled in. */
export function sizesOf(shape: Shape, known: Readonly<Record<string, number>>): readonly number[] {
  return shape.map((size: Size) => (typeof size === 'number' ? size : known[size]!));
}

function stateInputs(graph: Graph, prefix: string, tensors: Tensors): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]): [string, Value] => [
      name,
      graph.input(prefix + name, shape, dtype === 'F64' ? 'float64' : 'float32'),
    ]),
  );
}

function outputs(graph: Graph, prefix: string, values: Values): void {
  for (const [name, value] of Object.entries(values)) graph.output(prefix + name, value);
}

function prefixed(prefix: string, tensors: Tensors): Tensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [prefix + name, tensor]));
}
