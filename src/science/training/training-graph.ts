import { gradientsOf } from '#science/engine/autodiff.ts';
import { Graph, type Shape, type Size, type Value, type Values } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { dropout } from '#science/engine/ops/dropout.ts';
import { add, scale } from '#science/engine/ops/elementwise.ts';
import { applyUpdates, type Optimizer } from '#science/engine/optimizer.ts';
import { INTENT_PRIOR, isOfPredictor } from '#science/models/intent-predictor.ts';
import { type IntentText, intentWeightsRead } from '#science/models/intent-text.ts';
import { weightsRead } from '#science/models/item-text.ts';
import { layoutInputs } from '#science/models/packed-sessions.ts';
import type { Drop } from '#science/models/sasrec-encoder.ts';
import type { Weights } from '#science/models/weights.ts';
import type { TensorOf, Tensors } from '#science/tensors/tensor.ts';
import { type LabelInputs, type LossInputs, type LossShape, trainingLoss } from './training-loss.ts';

/** What a step changes. */
export interface TrainingState {
  readonly parameters: Weights;
  readonly optimizer: Tensors;
  /** θ̄, where there is enrichment: the mean of the parameters over the steps so far, the latest counting most. */
  readonly teacher?: Weights;
}

/** What a training program is made for. */
export interface TrainingPlan {
  readonly shape: LossShape;
  readonly optimizer: Optimizer;
  /** β (M), of a predictor. */
  readonly prior?: TensorOf<'F32'> | undefined;
  /** Of the intents, where the parameters have a projection of it. */
  readonly intentText?: IntentText | undefined;
  /** μ of θ̄ ← μ θ̄ + (1 − μ) θ, where the state has a teacher. */
  readonly teacherMomentum?: number | undefined;
}

/** The dropout masks of a part of the model, and their shapes in the sizes of the batch. */
export type Masks = Record<string, Shape>;

export interface TrainingGraph {
  /** The ONNX model of a whole step: loss, gradients and the optimiser's update. */
  readonly model: Uint8Array;
  /** What every step is given. Backbone and predictor drop at rates of their own. */
  readonly masks: { readonly backbone: Masks; readonly predictor: Masks };
}

/** The state of a training among the inputs of a step, and after it, under `next.`, among its outputs. */
export function namedState({ parameters, optimizer, teacher = {} }: TrainingState, prefix = ''): Tensors {
  return {
    ...prefixed(`${prefix}parameter.`, parameters),
    ...prefixed(`${prefix}optimizer.`, optimizer),
    ...prefixed(`${prefix}teacher.`, teacher),
  };
}

/** One step of training: the loss, its gradients, the parameters after it, and the teacher that follows them. */
export function trainingGraph(plan: TrainingPlan, state: TrainingState): TrainingGraph {
  const graph = new Graph('float32');
  const parameters = stateInputs(graph, 'parameter.', state.parameters);
  const weights = readBy(parameters, plan);
  const masks: TrainingGraph['masks'] = { backbone: {}, predictor: {} };
  const layout = layoutInputs(graph);
  const drop = droppingInto(masks, graph);
  const losses = trainingLoss(weights, lossInputs(graph, layout, plan.shape), { shape: plan.shape, drop });
  const names = Object.keys(parameters);
  const gradients = gradientsOf(losses.total, Object.values(parameters));
  const step = graph.unrecorded(() =>
    plan.optimizer.update(
      Object.fromEntries(gradients.map((gradient, at) => [names[at]!, gradient])),
      stateInputs(graph, 'optimizer.', state.optimizer),
    ),
  );
  graph.output('loss', losses.recommendation);
  if (losses.taught !== null) graph.output('taughtLosses', losses.taught);
  const next = graph.unrecorded(() => applyUpdates(parameters, step.updates));
  outputs(graph, 'next.parameter.', next);
  outputs(graph, 'next.optimizer.', step.state);
  if (state.teacher !== undefined)
    outputs(
      graph,
      'next.teacher.',
      graph.unrecorded(() =>
        followed(stateInputs(graph, 'teacher.', state.teacher ?? {}), next, plan.teacherMomentum ?? 0),
      ),
    );
  return { model: encodeOnnxModel(graph), masks };
}

/** A shape with its named sizes filled in. */
export function sizesOf(shape: Shape, known: Readonly<Record<string, number>>): readonly number[] {
  return shape.map((size: Size) => (typeof size === 'number' ? size : known[size]!));
}

function readBy(parameters: Values, { prior, intentText }: TrainingPlan): Values {
  const weights = intentWeightsRead(weightsRead(parameters), intentText);
  if (prior === undefined) return weights;
  const { graph } = Object.values(weights)[0]!;
  return { ...weights, [INTENT_PRIOR]: graph.constant(prior) };
}

function droppingInto(masks: TrainingGraph['masks'], graph: Graph): Drop {
  return (x, site) => {
    const part = isOfPredictor(site) ? masks.predictor : masks.backbone;
    part[`mask.${site}`] = x.shape;
    return dropout(x, graph.input(`mask.${site}`, x.shape));
  };
}

function lossInputs(graph: Graph, layout: LossInputs['layout'], { predictor, labels }: LossShape): LossInputs {
  if (predictor === null || labels === null)
    return { layout, targets: graph.input('targets', ['tokens'], 'int64'), labels: null };
  return { layout, targets: graph.input('targets', ['main'], 'int64'), labels: labelInputs(graph, predictor.intents) };
}

function labelInputs(graph: Graph, intents: number): LabelInputs {
  return {
    main: graph.input('main', ['main'], 'int64'),
    taught: graph.input('taught', ['taught'], 'int64'),
    distributions: graph.input('distributions', ['taught', intents]),
    weights: graph.input('weights', ['taught']),
  };
}

/** θ̄ ← μ θ̄ + (1 − μ) θ */
function followed(teacher: Values, parameters: Values, momentum: number): Values {
  return Object.fromEntries(
    Object.entries(teacher).map(([name, mean]): [string, Value] => [
      name,
      add(scale(mean, momentum), scale(parameters[name]!, 1 - momentum)),
    ]),
  );
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
