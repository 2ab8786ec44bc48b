import { gradientsOf } from '#science/engine/autodiff.ts';
import { Graph, type Value, type Values } from '#science/engine/graph.ts';
import { encodeOnnxModel } from '#science/engine/onnx-model.ts';
import { catalogueCrossEntropy } from '#science/engine/ops/catalogue-cross-entropy.ts';
import { dropout } from '#science/engine/ops/dropout.ts';
import { dotProducts } from '#science/engine/ops/matmul.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { adam, applyUpdates, chain, clipByGlobalNorm, type Optimizer } from '#science/engine/optimizer.ts';
import type { Program } from '#science/engine/runtime.port.ts';
import { rankOf } from '#science/metrics/rank.ts';
import { hitAt } from '#science/metrics/ranking-metrics.ts';
import { fuseIntents, initialPredictor } from '#science/models/intent-predictor.ts';
import { lastRows, layoutInputs, packSessions } from '#science/models/packed-sessions.ts';
import { encodeSasrec } from '#science/models/sasrec-encoder.ts';
import { initialSasrec, type SasrecShape } from '#science/models/sasrec.ts';
import { ScoreRows } from '#science/models/score-rows.ts';
import { type Weights, weightConstants } from '#science/models/weights.ts';
import { stream } from '#science/random/stream.ts';
import { contextOf } from '#science/sessions/eligible-sessions.ts';
import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { elementsOf, type TensorOf, type Tensors } from '#science/tensors/tensor.ts';
import { fillDropoutMask } from '#science/training/dropout-masks.ts';
import { batchesOf, windowsOf } from '#science/training/training-batches.ts';
import { type Masks, namedState, sizesOf, type TrainingState } from '#science/training/training-graph.ts';
import { runtime } from './graph-runs.ts';

/** p (M) of the session at a position of a view: what the model is told in place of what it would predict. */
export type GivenIntents = (view: SessionView, position: number) => Float32Array;

export interface InformedTraining {
  readonly shape: SasrecShape;
  /** M */
  readonly intents: number;
  readonly given: GivenIntents;
  readonly train: SessionView;
  /** The train seed. */
  readonly seed: number;
  readonly epochs: number;
  readonly learningRate: number;
  /** In sessions. */
  readonly batch: number;
  readonly dropout: number;
}

const CLIP_NORM = 5;
/** Of z, as the predictor's default. */
const INTENT_DROPOUT = 0.2;
const CUTOFF = 20;

/**
 * The positive control of science D: a backbone with gated fusion that is told p of its sessions, the same at each position, in
 * training and in use. All else is as where a backbone is trained: beginning, order of the batches, dropout and optimiser.
 */
export async function trainInformed(training: InformedTraining): Promise<Weights> {
  const { seed, epochs, train, batch } = training;
  const step = await InformedStep.load(training);
  const windows = windowsOf(train, training.shape.maxLength);
  for (let epoch = 1; epoch <= epochs; epoch++) {
    let number = 0;
    const rng = stream(seed, 'train', `batch/${epoch}`);
    for (const sample of batchesOf(train, windows, { batch, rng })) await step.take(sample, `${epoch}/${++number}`);
  }
  await step.program.release();
  return step.state.parameters;
}

/** HR@20 of the last item of each session of a view, nothing masked, told p of each. */
export async function informedHitRate(
  weights: Weights,
  { shape, intents, given }: InformedTraining,
  view: SessionView,
): Promise<number> {
  const scorer = await runtime.load(scorerModel(weights, shape, intents));
  const rows = new ScoreRows(shape.itemCount);
  const nothing = new Set<number>();
  const positions = [...view.session.keys()];
  let hits = 0;
  for (let from = 0; from < positions.length; from += 64) {
    const batch = positions.slice(from, from + 64);
    const contexts = batch.map((at) => contextOf(view, at).subarray(-shape.maxLength));
    const told = rowsOf(batch.map((at) => given(view, at)));
    const inputs = { ...packSessions(contexts), last: lastRows(contexts), given: told };
    await scorer.run(inputs, { scores: rows.tensor(batch.length) });
    for (const [row, scores] of rows.rows(batch.length).entries())
      hits += hitAt(CUTOFF, rankOf(scores, itemsOf(view, batch[row]!).at(-1)!, nothing));
  }
  await scorer.release();
  return hits / positions.length;
}

/** Training steps one after the other, in two copies of the state: a step reads one and writes the other. */
class InformedStep {
  readonly #beginsAt: ReadonlyMap<number, number>;
  #spare: TrainingState;

  private constructor(
    readonly program: Program,
    private readonly training: InformedTraining,
    private readonly masks: StepMasks,
    public state: TrainingState,
  ) {
    this.#spare = structuredClone(state);
    this.#beginsAt = new Map(Array.from(training.train.session, (_, at) => [training.train.offsets[at]!, at]));
  }

  static async load(training: InformedTraining): Promise<InformedStep> {
    const chance = stream(training.seed, 'train', 'init');
    const { shape, intents } = training;
    const optimizer = chain(clipByGlobalNorm(CLIP_NORM), adam({ learningRate: training.learningRate }));
    const parameters = { ...initialSasrec(shape, chance), ...initialFusion(shape.dimension, intents, chance) };
    const state = { parameters, optimizer: optimizer.init(parameters) };
    const { model, masks } = stepModel(training, state, optimizer);
    return new InformedStep(await runtime.load(model), training, masks, state);
  }

  async take({ inputs, targets }: Sample, name: string): Promise<void> {
    const packed = packSessions(inputs);
    const [tokens, [batch = 0, length = 0]] = [packed.items.data.length, packed.slots.shape];
    const chance = stream(this.training.seed, 'train', `dropout/${name}`);
    const sizes = { tokens, batch, length };
    await this.program.run(
      {
        ...namedState(this.state),
        ...packed,
        given: rowsOf(inputs.flatMap((items) => Array<Float32Array>(items.length).fill(this.#givenTo(items)))),
        targets: itemRows(targets),
        ...filled(this.masks.backbone, sizes, { rate: this.training.dropout, rng: chance }),
        ...filled(this.masks.predictor, sizes, { rate: INTENT_DROPOUT, rng: chance.split('predictor') }),
      },
      namedState(this.#spare, 'next.'),
    );
    [this.state, this.#spare] = [this.#spare, this.state];
  }

  /** The items of a sample are a part of those of the view: where they begin tells the session. */
  #givenTo(items: Int32Array): Float32Array {
    const { train, given } = this.training;
    const begin = (items.byteOffset - train.items.byteOffset) / Int32Array.BYTES_PER_ELEMENT;
    return given(train, this.#beginsAt.get(begin)!);
  }
}

interface Sample {
  readonly inputs: readonly Int32Array[];
  readonly targets: readonly Int32Array[];
}

interface StepMasks {
  readonly backbone: Masks;
  readonly predictor: Masks;
}

function stepModel(
  { shape, intents }: InformedTraining,
  state: TrainingState,
  optimizer: Optimizer,
): { readonly model: Uint8Array; readonly masks: StepMasks } {
  const graph = new Graph('float32');
  const masks: StepMasks = { backbone: {}, predictor: {} };
  const drop = (x: Value, site: string): Value => {
    masks[site.startsWith('intents.') ? 'predictor' : 'backbone'][`mask.${site}`] = x.shape;
    return dropout(x, graph.input(`mask.${site}`, x.shape));
  };
  const parameters = stateInputs(graph, 'parameter.', state.parameters);
  const hidden = encodeSasrec(parameters, layoutInputs(graph), shape, drop);
  const told = graph.input('given', ['tokens', intents]);
  const fused = fuseIntents(hidden, told, { weights: parameters, fusion: 'gated', drop });
  const targets = graph.input('targets', ['tokens'], 'int64');
  const loss = catalogueCrossEntropy(fused, parameters['embedding.items']!, targets);
  const names = Object.keys(parameters);
  const gradients = gradientsOf(loss, Object.values(parameters));
  graph.unrecorded(() => {
    const ofNames = Object.fromEntries(gradients.map((gradient, at) => [names[at]!, gradient]));
    const step = optimizer.update(ofNames, stateInputs(graph, 'optimizer.', state.optimizer));
    for (const [name, value] of Object.entries(applyUpdates(parameters, step.updates)))
      graph.output(`next.parameter.${name}`, value);
    for (const [name, value] of Object.entries(step.state)) graph.output(`next.optimizer.${name}`, value);
  });
  return { model: encodeOnnxModel(graph), masks };
}

function scorerModel(weights: Weights, shape: SasrecShape, intents: number): Uint8Array {
  const graph = new Graph();
  const constants = weightConstants(graph, weights);
  const hidden = encodeSasrec(constants, layoutInputs(graph), shape, (x) => x);
  const last = gatherRows(hidden, graph.input('last', ['batch'], 'int64'));
  const told = graph.input('given', ['batch', intents]);
  const fused = fuseIntents(last, told, { weights: constants, fusion: 'gated', drop: (x) => x });
  graph.output('scores', dotProducts(fused, constants['embedding.items']!));
  return encodeOnnxModel(graph);
}

/** What stands behind p: where nothing is predicted there is neither query nor key. */
function initialFusion(d: number, intents: number, rng: Parameters<typeof initialPredictor>[2]): Weights {
  const weights = Object.entries(initialPredictor(d, { intents, fusion: 'gated' }, rng));
  return Object.fromEntries(weights.filter(([name]) => !/query|key/.test(name)));
}

function stateInputs(graph: Graph, prefix: string, tensors: Tensors): Values {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { dtype, shape }]) => [
      name,
      graph.input(prefix + name, shape, dtype === 'F64' ? 'float64' : 'float32'),
    ]),
  );
}

/** All masks of a part from one run of draws, as where a backbone is trained. */
function filled(
  masks: Masks,
  sizes: Readonly<Record<string, number>>,
  { rate, rng }: { readonly rate: number; readonly rng: Parameters<typeof fillDropoutMask>[2] },
): Tensors {
  const shapes = Object.entries(masks).map(([name, shape]) => [name, sizesOf(shape, sizes)] as const);
  const memory = new Float32Array(shapes.reduce((sum, [, shape]) => sum + elementsOf(shape), 0));
  fillDropoutMask(memory, rate, rng);
  let end = 0;
  return Object.fromEntries(
    shapes.map(([name, shape]) => {
      const data = memory.subarray(end, (end += elementsOf(shape)));
      return [name, { dtype: 'F32', shape, data }];
    }),
  );
}

function rowsOf(rows: readonly Float32Array[]): TensorOf<'F32'> {
  const width = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * width);
  for (const [at, row] of rows.entries()) data.set(row, at * width);
  return { dtype: 'F32', shape: [rows.length, width], data };
}

/** The rows of items in the table. */
function itemRows(sessions: readonly Int32Array[]): TensorOf<'I64'> {
  const data = BigInt64Array.from(sessions.flatMap((items) => Array.from(items, (item) => BigInt(item - 1))));
  return { dtype: 'I64', shape: [data.length], data };
}
