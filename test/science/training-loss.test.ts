import { describe, expect, it } from 'vitest';
import { gradientsOf } from '#science/engine/autodiff.ts';
import { Graph, type Value, type Values } from '#science/engine/graph.ts';
import { adam } from '#science/engine/optimizer.ts';
import { softCrossEntropy } from '#science/engine/ops/soft-cross-entropy.ts';
import { sum } from '#science/engine/ops/reduce.ts';
import { intentLogits, isOfPredictor } from '#science/models/intent-predictor.ts';
import { packSessions } from '#science/models/packed-sessions.ts';
import { stream } from '#science/random/stream.ts';
import { lessonTensors } from '#science/training/lesson.ts';
import { Trainer } from '#science/training/trainer.ts';
import { type IntentGradient, type Losses, trainingLoss } from '#science/training/training-loss.ts';
import { gradientError, runGraph, runtime } from '../support/graph-runs.ts';
import { movedWeights, untrainedWeights } from '../support/intent-models.ts';

const BACKBONE = { itemCount: 5, maxLength: 3, dimension: 4, layers: 1, heads: 2 };
const PREDICTOR = { intents: 3, fusion: 'gated', temperature: 0.8 } as const;
const MAIN = [Int32Array.of(1, 4), Int32Array.of(3)];
const TARGETS = [Int32Array.of(4, 2), Int32Array.of(5)];
const LESSON = {
  contexts: [Int32Array.of(2, 5), Int32Array.of(5, 1, 1)],
  distributions: Float32Array.of(0.7, 0.2, 0.1, 0, 0.5, 0.5),
  weights: Float32Array.of(0.3, 0.2),
};

/** The losses of a step on all these sessions, without dropout. */
function lossesOf(weights: Values, gradient: IntentGradient): Losses {
  const { graph } = Object.values(weights)[0]!;
  const packed = packSessions([...MAIN, ...LESSON.contexts]);
  const lesson = lessonTensors(MAIN, LESSON, PREDICTOR.intents);
  const inputs = {
    layout: {
      items: graph.constant(packed.items),
      positions: graph.constant(packed.positions),
      slots: graph.constant(packed.slots),
      places: graph.constant(packed.places),
    },
    targets: graph.constant({ dtype: 'I64', shape: [3], data: BigInt64Array.of(3n, 1n, 4n) }),
    labels: {
      main: graph.constant(lesson.main),
      taught: graph.constant(lesson.taught),
      distributions: graph.constant(lesson.distributions),
      weights: graph.constant(lesson.weights),
    },
  };
  const shape = { backbone: BACKBONE, predictor: PREDICTOR, labels: { gradient } };
  return trainingLoss(weights, inputs, { shape, drop: (x) => x });
}

describe('the whole loss of a step', () => {
  it.each(['full', 'head-only'] as const)('has the parts that it is the sum of (%s)', async (gradient) => {
    const graph = new Graph();
    const weights = inputsOf(graph);
    const { total, recommendation, taught } = lossesOf(weights, gradient);
    graph.output('total', total);
    graph.output('recommendation', recommendation);
    graph.output('taught', taught!);
    const outputs = await runGraph(graph, movedWeights(BACKBONE, PREDICTOR));
    const expected = outputs['recommendation']![0]! + 0.3 * outputs['taught']![0]! + 0.2 * outputs['taught']![1]!;
    expect(outputs['total']![0]).toBeCloseTo(expected, 5);
  });

  it('has the gradients that central differences show, as far as single precision shows', async () => {
    const weights = movedWeights(BACKBONE, PREDICTOR);
    const names = Object.keys(weights);
    const error = await gradientError(
      (...operands) => lossesOf(Object.fromEntries(names.map((name, at) => [name, operands[at]!])), 'full').total,
      Object.values(weights),
      'float32',
    );
    expect(error).toBeLessThan(5e-3);
  });

  it('moves the backbone by its recommendations alone where the intents teach no farther than the predictor', async () => {
    const [whole, alone, full] = [
      await gradients('head-only', 'total'),
      await gradients('head-only', 'recommendation'),
      await gradients('full', 'total'),
    ];
    for (const name of Object.keys(alone).filter((weight) => !isOfPredictor(weight)))
      expect([name, whole[name]]).toEqual([name, alone[name]]);
    expect(whole['embedding.items']).not.toEqual(full['embedding.items']);
    // What it is taught, the predictor itself learns all the same.
    expect(whole['intents.key']).toEqual(full['intents.key']);
    expect(whole['intents.key']).not.toEqual(alone['intents.key']);
  });

  it('moves nothing where a session is taught what the model predicts of it already', async () => {
    const weights = movedWeights(BACKBONE, PREDICTOR);
    const h = { dtype: 'F32', shape: [2, 4], data: Float32Array.of(1, -1, 0.5, 2, 0.3, 1, -2, 0) } as const;
    const logitsIn = (graph: Graph): { readonly inputs: Values; readonly logits: Value } => {
      const inputs = inputsOf(graph);
      return { inputs, logits: intentLogits(graph.constant(h), inputs, 1) };
    };
    const before = new Graph();
    before.output('p', before.emit('Softmax', [logitsIn(before).logits], { shape: [2, 3], attributes: { axis: -1 } }));
    const p = Float32Array.from((await runGraph(before, weights))['p']!);
    const graph = new Graph();
    const { inputs, logits } = logitsIn(graph);
    const loss = sum(softCrossEntropy(logits, graph.constant({ dtype: 'F32', shape: [2, 3], data: p })));
    const names = ['intents.embedding', 'intents.key', 'intents.query.output.weight', 'intents.query.input.bias'];
    for (const [at, gradient] of gradientsOf(
      loss,
      names.map((name) => inputs[name]!),
    ).entries())
      graph.output(`gradient of ${names[at]!}`, gradient);
    const moved = await runGraph(graph, weights);
    expect(Math.max(...Object.values(moved).flat().map(Math.abs))).toBeLessThan(1e-6);
  });
});

describe('a step', () => {
  const optimizer = adam({ learningRate: 0.1 });
  /** Of a model whose W_O is 0, one step with dropout. */
  async function stepped(change: { readonly fusion?: 'gated' | 'add'; readonly teacherMomentum?: number } = {}) {
    const predictor = { ...PREDICTOR, fusion: change.fusion ?? 'gated' } as const;
    const { 'intents.prior': prior, ...parameters } = untrainedWeights(BACKBONE, predictor);
    const teacher = change.teacherMomentum === undefined ? {} : { teacher: structuredClone(parameters) };
    const trainer = await Trainer.start(
      runtime,
      {
        shape: BACKBONE,
        optimizer,
        dropoutRate: 0.3,
        intents: { predictor, prior: prior!, dropoutRate: 0.5, labels: null, teacherMomentum: change.teacherMomentum },
      },
      { parameters, optimizer: optimizer.init(parameters), ...teacher },
    );
    const chance = stream(1, 'train', 'dropout/1/1');
    const loss = await trainer.step({ inputs: MAIN, targets: TARGETS }, chance);
    const { state } = trainer;
    await trainer.release();
    return { loss, state, before: untrainedWeights(BACKBONE, predictor) };
  }

  it('of a model with a predictor begins at the loss of the backbone alone, the same values dropped', async () => {
    const weights = untrainedWeights(BACKBONE, PREDICTOR);
    const parameters = Object.fromEntries(Object.entries(weights).filter(([name]) => !isOfPredictor(name)));
    const state = { parameters, optimizer: optimizer.init(parameters) };
    const trainer = await Trainer.start(runtime, { shape: BACKBONE, optimizer, dropoutRate: 0.3 }, state);
    const alone = await trainer.step({ inputs: MAIN, targets: TARGETS }, stream(1, 'train', 'dropout/1/1'));
    await trainer.release();
    expect((await stepped()).loss).toBe(alone);
    expect((await stepped({ fusion: 'add' })).loss).toBe(alone);
  });

  it('moves the teacher by a share towards the parameters after it', async () => {
    const { state, before } = await stepped({ teacherMomentum: 0.75 });
    for (const [name, { data }] of Object.entries(state.teacher ?? {})) {
      const expected = data.map((_, at) => 0.75 * before[name]!.data[at]! + 0.25 * state.parameters[name]!.data[at]!);
      for (const [at, number] of data.entries()) expect(number).toBeCloseTo(expected[at]!, 6);
    }
    // Adam's first step is the rate, against the gradient: the teacher moves by a quarter of it.
    const moved = Math.abs(state.teacher!['embedding.items']!.data[0]! - before['embedding.items']!.data[0]!);
    expect(moved).toBeCloseTo(0.025, 4);
  });
});

function inputsOf(graph: Graph): Values {
  const weights = Object.entries(movedWeights(BACKBONE, PREDICTOR));
  return Object.fromEntries(weights.map(([name, { shape }]) => [name, graph.input(name, shape)]));
}

async function gradients(
  gradient: IntentGradient,
  of: 'total' | 'recommendation',
): Promise<Readonly<Record<string, number[]>>> {
  const graph = new Graph();
  const weights = inputsOf(graph);
  const names = Object.keys(weights).filter((name) => name !== 'intents.prior');
  const loss = lossesOf(weights, gradient)[of];
  const values = names.map((name) => weights[name]!);
  for (const [at, value] of gradientsOf(loss, values).entries()) graph.output(`gradient of ${names[at]!}`, value);
  const outputs = await runGraph(graph, movedWeights(BACKBONE, PREDICTOR));
  return Object.fromEntries(names.map((name) => [name, outputs[`gradient of ${name}`]!]));
}
