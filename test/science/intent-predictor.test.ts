import { describe, expect, it } from 'vitest';
import { Graph, type Value } from '#science/engine/graph.ts';
import {
  fuseIntents,
  initialPredictor,
  INTENT_EMBEDDING,
  intentPrior,
  predictIntents,
  type PredictorShape,
} from '#science/models/intent-predictor.ts';
import { IntentPrograms, type IntentRecommender } from '#science/models/intent-recommender.ts';
import { embeddingFromText, loadIntentBaking, withFrozenText } from '#science/models/intent-text.ts';
import { SasrecPrograms } from '#science/models/sasrec-recommender.ts';
import type { Weights } from '#science/models/weights.ts';
import { stream } from '#science/random/stream.ts';
import { elementsOf, type TensorOf } from '#science/tensors/tensor.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import { floats32, runGraph, runtime } from '../support/graph-runs.ts';
import { movedWeights, untrainedWeights } from '../support/intent-models.ts';

const BACKBONE = { itemCount: 9, maxLength: 5, dimension: 8, layers: 1, heads: 2 };
const SESSIONS = [Int32Array.of(3, 1, 7, 2), Int32Array.of(5), Int32Array.of(9, 4, 1, 1, 8, 6)];

async function opened(predictor: PredictorShape, weights: Weights): Promise<IntentRecommender> {
  return (await IntentPrograms.load(runtime, BACKBONE, predictor)).recommender(weights);
}

async function scoresOf(model: Pick<IntentRecommender, 'scoreAll'>): Promise<number[]> {
  return (await model.scoreAll(SESSIONS)).flatMap((row) => [...row.subarray(1)]);
}

function largestDifference(left: readonly number[], right: readonly number[]): number {
  expect(left).toHaveLength(right.length);
  return Math.max(...left.map((number, at) => Math.abs(number - right[at]!)));
}

describe('the intent predictor', () => {
  it.each([
    [
      'gated',
      [
        [-0.577623, -0.06238, 0.557793, -0.470126],
        [0.361367, 0.092471, -0.352607, -0.469019],
      ],
    ],
    [
      'add',
      [
        [-0.624505, 0.005864, 0.64555, -0.449218],
        [0.313755, 0.162794, -0.269041, -0.450307],
      ],
    ],
  ] as const)('gives the intents and the embedding (%s) that PyTorch gives', async (fusion, fused) => {
    // Origin of the numbers: PyTorch 2.13.0 in float64, by test/support/python/intents_golden.py.
    const graph = new Graph();
    const [d, intents] = [4, 3];
    const shapes = [
      [INTENT_EMBEDDING, [intents, d]],
      ['intents.query.input.weight', [d, d]],
      ['intents.query.input.bias', [d]],
      ['intents.query.output.weight', [d, d]],
      ['intents.query.output.bias', [d]],
      ['intents.key', [d, d]],
      ['intents.value', [d, d]],
      ['intents.output', [d, d]],
      ['intents.gate.weight', [2 * d, d]],
      ['intents.gate.bias', [d]],
      ['intents.prior', [intents]],
      ['h', [2, d]],
    ] as const;
    const values = Object.fromEntries(
      shapes.map(([name, shape], number): [string, Value] => [name, graph.constant(byFormula(number, shape))]),
    );
    const predicted = predictIntents(values['h']!, values, { fusion, temperature: 0.5, drop: (x) => x });
    graph.output('p', predicted.probabilities);
    graph.output('fused', predicted.fused);
    const outputs = await runGraph(graph, {});
    const probabilities = [0.142316, 0.109248, 0.748436, 0.134588, 0.105173, 0.760239];
    expect(largestDifference(outputs['p']!, probabilities)).toBeLessThan(1e-5);
    expect(largestDifference(outputs['fused']!, fused.flat())).toBeLessThan(1e-5);
  });

  it.each(['gated', 'add', 'none'] as const)(
    'with %s fusion gives the backbone’s scores before training, where W_O is 0',
    async (fusion) => {
      const predictor = { intents: 6, fusion, temperature: 1 };
      const weights = untrainedWeights(BACKBONE, predictor);
      const backbone = (await SasrecPrograms.load(runtime, BACKBONE)).recommender(weights);
      const [fused, alone] = [await scoresOf(await opened(predictor, weights)), await scoresOf(backbone)];
      expect(largestDifference(fused, alone)).toBeLessThan(1e-6);
    },
  );

  it('changes the scores as soon as W_O is not 0, unless it does not fuse', async () => {
    const [gated, none] = await Promise.all(
      (['gated', 'none'] as const).map(async (fusion) => {
        const predictor = { intents: 6, fusion, temperature: 1 };
        const weights = movedWeights(BACKBONE, predictor);
        const backbone = (await SasrecPrograms.load(runtime, BACKBONE)).recommender(weights);
        return largestDifference(await scoresOf(await opened(predictor, weights)), await scoresOf(backbone));
      }),
    );
    expect(gated).toBeGreaterThan(0.1);
    expect(none).toBe(0);
  });

  it('gives each session a distribution, sharper at a lower temperature', async () => {
    const entropyAt = async (temperature: number): Promise<number> => {
      const predictor = { intents: 6, fusion: 'gated', temperature } as const;
      const { data, shape } = await (await opened(predictor, movedWeights(BACKBONE, predictor))).intentsOf(SESSIONS);
      expect(shape).toEqual([3, 6]);
      for (let row = 0; row < 3; row++) {
        const own = data.subarray(row * 6, (row + 1) * 6);
        expect(own.every((share) => share > 0)).toBe(true);
        expect(own.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      }
      return data.reduce((sum, share) => sum - share * Math.log(share), 0);
    };
    expect(await entropyAt(0.3)).toBeLessThan(await entropyAt(1));
  });

  it('never drops what it passes on: whatever is dropped, h goes through where W_O is 0', async () => {
    const graph = new Graph();
    const weights = untrainedWeights(BACKBONE, { intents: 3, fusion: 'gated', temperature: 1 });
    const constants = Object.fromEntries(
      Object.entries(weights).map(([name, tensor]): [string, Value] => [name, graph.constant(tensor)]),
    );
    const dropped: string[] = [];
    const drop = (x: Value, site: string): Value => {
      dropped.push(site);
      return graph.emit('Mul', [x, graph.scalar(0)], { shape: x.shape });
    };
    const h = graph.constant({ dtype: 'F32', shape: [1, 8], data: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8) });
    const { probabilities } = predictIntents(h, constants, { fusion: 'gated', temperature: 1, drop });
    graph.output('fused', fuseIntents(h, probabilities, { weights: constants, fusion: 'gated', drop }));
    expect(new Set(dropped)).toEqual(new Set(['intents.hidden', 'intents.values']));
    expect((await runGraph(graph, {}))['fused']).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('before training', () => {
  it('the prior is the share of each intent among the labels, one added to each', () => {
    // Supports 3 and 0: 4 of 5 and 1 of 5.
    expect([...intentPrior([3, 0])].map((x) => Math.exp(x))).toEqual([expect.closeTo(0.8, 6), expect.closeTo(0.2, 6)]);
  });

  it('E has the standard deviation d^-½, the gate is mostly shut, and biases are 0', () => {
    const weights = initialPredictor(64, { intents: 200, fusion: 'gated' }, stream(1, 'train', 'init'));
    expect(deviationOf(weights[INTENT_EMBEDDING]!)).toBeCloseTo(0.125, 2);
    expect(new Set(weights['intents.gate.bias']!.data)).toEqual(new Set([-1]));
    expect(new Set(weights['intents.output']!.data)).toEqual(new Set([0]));
    expect(new Set(weights['intents.query.input.bias']!.data)).toEqual(new Set([0]));
  });

  it('a predictor that does not fuse has no weights to fuse with', () => {
    const names = Object.keys(initialPredictor(8, { intents: 2, fusion: 'none' }, stream(1, 'train', 'init')));
    expect(names.filter((name) => /value|output$|gate/u.test(name))).toEqual([]);
    expect(names).toContain('intents.key');
  });
});

describe('intents that begin at their texts', () => {
  const TEXTS = [
    'rose tea: a warm drink',
    'mint tea: a warm drink',
    'steel knife: for the kitchen',
    'wool scarf: for winter',
  ];
  const embedded = (): Promise<TensorOf<'F32'>> => new HashedNgrams().embed(TEXTS);

  it('have the deviation of random ones, and like texts lie near', async () => {
    const embedding = embeddingFromText(await embedded(), 16);
    expect(embedding.shape).toEqual([4, 16]);
    // Of all numbers, those beyond the rank of three too.
    expect(deviationOf(embedding)).toBeCloseTo(0.25, 6);
    const distances = [1, 2, 3].map((other) => distance(embedding, 0, other));
    expect(distances[0]).toBeLessThan(0.7 * Math.min(distances[1]!, distances[2]!));
  });

  it('keep the distances of the texts, up to one factor, where the width suffices', async () => {
    const text = await embedded();
    const embedding = embeddingFromText(text, 16);
    const pairs = [0, 1, 2, 3].flatMap((left) => [0, 1, 2, 3].slice(left + 1).map((right) => [left, right] as const));
    const ratios = pairs.map(([left, right]) => distance(embedding, left, right) / distance(text, left, right));
    expect(Math.max(...ratios) - Math.min(...ratios)).toBeLessThan(1e-5 * ratios[0]!);
  });

  it('begin at 0 where they do not differ', async () => {
    const same = await new HashedNgrams().embed(['tea: warm', 'tea: warm']);
    expect(new Set(embeddingFromText(same, 4).data)).toEqual(new Set([0]));
  });

  it('that stay frozen are projected to the deviation of random ones, and baked into a plain E', async () => {
    const names = Array.from({ length: 60 }, (_, at) => `intent number ${at} ${'abcdefgh'[at % 8]!.repeat(4)}`);
    const text = await new HashedNgrams().embed(names);
    const learned = initialPredictor(64, { intents: 60, fusion: 'gated' }, stream(1, 'train', 'init'));
    const parameters = withFrozenText(learned, text, stream(1, 'train', 'init'));
    expect(Object.keys(parameters)).not.toContain(INTENT_EMBEDDING);
    const baking = await loadIntentBaking(runtime, text, 64);
    const weights = await baking.bake(parameters);
    await baking.release();
    expect(Object.keys(weights).toSorted()).toEqual(Object.keys(learned).toSorted());
    expect(deviationOf(weights[INTENT_EMBEDDING]!)).toBeGreaterThan(0.09);
    expect(deviationOf(weights[INTENT_EMBEDDING]!)).toBeLessThan(0.16);
  });

  it('are baked as W GELU(V T + b) + c', async () => {
    // T = [1], V = [1, 2], b = [0, -2], so that GELU sees 1 and 0: .841345 and 0; W = [[2, 0], [5, 5]], c = [0, 3].
    const text = { dtype: 'F32', shape: [1, 1], data: Float32Array.of(1) } as const;
    const baking = await loadIntentBaking(runtime, text, 2);
    const { [INTENT_EMBEDDING]: embedding } = await baking.bake({
      'intents.projection.input.weight': { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, 2) },
      'intents.projection.input.bias': { dtype: 'F32', shape: [2], data: Float32Array.of(0, -2) },
      'intents.projection.output.weight': { dtype: 'F32', shape: [2, 2], data: Float32Array.of(2, 0, 5, 5) },
      'intents.projection.output.bias': { dtype: 'F32', shape: [2], data: Float32Array.of(0, 3) },
    });
    await baking.release();
    expect(largestDifference([...embedding!.data], [1.68269, 3])).toBeLessThan(1e-5);
  });
});

/** sin(0.37 i² + i + n) / 2, as intents_golden.py has it. */
function byFormula(number: number, shape: readonly number[]): TensorOf<'F32'> {
  const numbers = Array.from({ length: elementsOf(shape) }, (_, at) => Math.sin(0.37 * at ** 2 + at + number) / 2);
  return floats32(shape, ...numbers) as TensorOf<'F32'>;
}

/** Of numbers of mean 0. */
function deviationOf({ data }: TensorOf<'F32'>): number {
  return Math.sqrt(data.reduce((sum, x) => sum + x * x, 0) / data.length);
}

function distance({ data, shape }: TensorOf<'F32'>, left: number, right: number): number {
  const width = shape[1]!;
  const axes = Array.from({ length: width }, (_, axis) => data[left * width + axis]! - data[right * width + axis]!);
  return Math.hypot(...axes);
}
