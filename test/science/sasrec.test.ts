import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adam, chain, clipByGlobalNorm } from '#science/engine/optimizer.ts';
import { exportSasrec } from '#science/models/sasrec-export.ts';
import { SasrecPrograms, type SasrecRecommender } from '#science/models/sasrec-recommender.ts';
import { stream } from '#science/random/stream.ts';
import { Trainer } from '#science/training/trainer.ts';
import { formulaWeights } from '../support/formula-weights.ts';
import { integers, runtime } from '../support/graph-runs.ts';

const SHAPE = { itemCount: 7, maxLength: 4, dimension: 8, layers: 2, heads: 2 };
const SESSIONS = [Int32Array.of(3, 1, 7, 2), Int32Array.of(5, 5), Int32Array.of(6, 4, 1)];
const weights = formulaWeights(SHAPE);

// Origin of the numbers in this file: PyTorch 2.13.0 in float64, by test/support/python/sasrec_golden.py.
const HIDDEN = [
  [0.891729, 0.638745, -0.191607, 0.461495, -0.319242, -0.105854, -0.251126, -0.042049],
  [0.905063, 0.630067, -0.183911, 0.459649, -0.340768, -0.115443, -0.240033, -0.051226],
  [0.953621, 0.646872, -0.153376, 0.408834, -0.226163, -0.115065, -0.141259, -0.030889],
];
const SCORES = [
  [0.321967, 0.279118, -0.237468, -0.298117, 0.177178, -0.424673, 0.790303],
  [0.319272, 0.268304, -0.229386, -0.30363, 0.18384, -0.432134, 0.807459],
  [0.316563, 0.282347, -0.350083, -0.456822, 0.261495, -0.448654, 0.862756],
];

function largestDifference(actual: Iterable<number>, expected: readonly number[][]): number {
  const numbers = [...actual];
  expect(numbers).toHaveLength(expected.flat().length);
  return Math.max(...expected.flat().map((number, at) => Math.abs(number - numbers[at]!)));
}

describe('SASRec', () => {
  let programs: SasrecPrograms;
  let recommender: SasrecRecommender;

  beforeAll(async () => {
    programs = await SasrecPrograms.load(runtime, SHAPE);
    recommender = programs.recommender(weights);
  });
  afterAll(() => programs.release());

  it('encodes sessions as PyTorch does with the same weights', async () => {
    const { data, shape } = await recommender.encode(SESSIONS);
    expect(shape).toEqual([3, 8]);
    expect(largestDifference(data, HIDDEN)).toBeLessThan(1e-5);
  });

  it('scores every item as PyTorch does, from place 1 on', async () => {
    const scores = await recommender.scoreAll(SESSIONS);
    expect(scores.map(({ length }) => length)).toEqual([8, 8, 8]);
    const ofItems = scores.flatMap((row) => [...row.subarray(1)]);
    expect(largestDifference(ofItems, SCORES)).toBeLessThan(1e-5);
  });

  it('scores more sessions than a batch at once', async () => {
    const asked = Array.from({ length: 3 * recommender.batch }, (_, at) => SESSIONS[at % 3]!);
    const scores = await recommender.scoreAll(asked);
    expect(largestDifference(scores.at(-1)!.subarray(1), SCORES.slice(2))).toBeLessThan(1e-5);
  });

  it('gives a session the same embedding alone and among longer ones, to the last bits', async () => {
    const { data } = await recommender.encode(SESSIONS);
    const alone = await recommender.encode([SESSIONS[1]!]);
    expect(largestDifference(alone.data, [[...data.subarray(8, 16)]])).toBeLessThan(1e-6);
  });

  it('sees the latest items only, as many as it has positions for', async () => {
    const long = await recommender.encode([Int32Array.of(6, 6, 3, 1, 7, 2)]);
    expect(largestDifference(long.data, HIDDEN.slice(0, 1))).toBeLessThan(1e-5);
  });

  it('is exported as a model that scores padded sessions the same, wherever the padding is', async () => {
    const model = await runtime.load(exportSasrec(SHAPE, weights));
    for (const rows of [
      [3, 1, 7, 2, 5, 5, 0, 0, 6, 4, 1, 0],
      [3, 1, 7, 2, 0, 0, 5, 5, 0, 6, 4, 1],
      [3, 1, 7, 2, 5, 0, 0, 5, 6, 0, 4, 1],
    ]) {
      const scores = { dtype: 'F32', shape: [3, 7], data: new Float32Array(21) } as const;
      await model.run({ session: integers([3, 4], ...rows) }, { scores });
      expect(largestDifference(scores.data, SCORES)).toBeLessThan(1e-5);
    }
    await model.release();
  });

  it('learns step by step as PyTorch does, without dropout', async () => {
    const optimizer = chain(clipByGlobalNorm(0.38), adam({ learningRate: 0.01 }));
    const state = { parameters: formulaWeights(SHAPE), optimizer: optimizer.init(weights) };
    const trainer = await Trainer.start(runtime, { shape: SHAPE, optimizer, dropoutRate: 0 }, state);
    const batch = {
      inputs: SESSIONS.map((items) => items.subarray(0, -1)),
      targets: SESSIONS.map((items) => items.subarray(1)),
    };
    const losses: number[] = [];
    for (let step = 0; step < 4; step++) losses.push(await trainer.step(batch, stream(1, 'train', 'dropout')));
    await trainer.release();
    expect(largestDifference(losses, [[1.847246, 1.798199, 1.768041, 1.730786]])).toBeLessThan(1e-5);
  });
});
