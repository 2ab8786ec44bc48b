import { describe, expect, it } from 'vitest';
import type { Value } from '#science/engine/graph.ts';
import { catalogueCrossEntropy } from '#science/engine/ops/catalogue-cross-entropy.ts';
import { gatherRows } from '#science/engine/ops/rows.ts';
import { exportSasrec } from '#science/models/sasrec-export.ts';
import { encodeSasrecFile } from '#science/models/sasrec-file.ts';
import { type ItemText, loadBaking, tableWithText } from '#science/models/item-text.ts';
import { sasrecWeightShapes } from '#science/models/sasrec.ts';
import { HashedNgrams } from '#science/text/hashed-ngrams.ts';
import {
  type BackboneSettings,
  type BackboneTraining,
  type EpochEnd,
  trainBackbone,
  type TrainedBackbone,
} from '#science/training/backbone-training.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import { anyTensor, floats32, gradientError, integers, runtime } from '../support/graph-runs.ts';
import { aView } from '../support/session-views.ts';

/** 4 groups of 10 items; the title of an item names its group. The last two of each group are cold: no session has them. */
const [GROUPS, SIZE, WARM] = [4, 10, 8];
const NAMES = ['rose tea', 'oak table', 'steel knife', 'wool scarf'];
const ITEMS = GROUPS * SIZE;
const titles = Array.from({ length: ITEMS }, (_, at) => `${NAMES[Math.floor(at / SIZE)]!} no. ${at}`);
/** Sessions of one group each, of 6 of its warm items. */
const sessions = Array.from({ length: 80 }, (_, at) =>
  Array.from({ length: 6 }, (_, step) => (at % GROUPS) * SIZE + ((at * 3 + step * step) % WARM) + 1),
);
const train = aView(sessions, { itemCount: ITEMS });

const SETTINGS: BackboneSettings = {
  seed: 1,
  seedKind: 'train',
  dimension: 16,
  layers: 1,
  heads: 2,
  dropout: 0.1,
  maxLength: 5,
  batch: 16,
  learningRate: 0.01,
  epochs: 3,
  patience: 30,
  firstEligibleEpoch: 1,
};

const embedded = (): Promise<ItemText> => new HashedNgrams().embed(titles);

async function finish(
  itemText: ItemText | undefined,
  {
    settings = {},
    ...rest
  }: { settings?: Partial<BackboneSettings> } & Partial<Omit<BackboneTraining, 'settings'>> = {},
): Promise<{ readonly epochs: EpochEnd[]; readonly trained: TrainedBackbone }> {
  const running = trainBackbone({
    runtime,
    train,
    valid: train,
    settings: { ...SETTINGS, ...settings },
    itemText,
    ...rest,
  });
  const epochs: EpochEnd[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done === true) return { epochs, trained: step.value };
    epochs.push(step.value);
  }
}

/** How often the nearest warm item (by cosine) of a cold one is of its group. */
function coldItemsAtHome({ weights }: TrainedBackbone): number {
  const { data, shape } = weights['embedding.items']!;
  const row = (at: number): number[] => [...data.subarray(at * shape[1]!, (at + 1) * shape[1]!)];
  const dot = (left: number[], right: number[]): number => left.reduce((sum, x, at) => sum + x * right[at]!, 0);
  const cosine = (left: number[], right: number[]): number =>
    dot(left, right) / Math.sqrt(dot(left, left) * dot(right, right));
  const all = Array.from({ length: ITEMS }, (_, at) => at);
  const warm = all.filter((at) => at % SIZE < WARM);
  const cold = all.filter((at) => at % SIZE >= WARM);
  const nearest = (at: number): number =>
    warm.reduce((best, other) => (cosine(row(at), row(other)) > cosine(row(at), row(best)) ? other : best));
  return cold.filter((at) => Math.floor(nearest(at) / SIZE) === Math.floor(at / SIZE)).length / cold.length;
}

describe('an item table with text', () => {
  it('has the gradient that central differences show, in the table and in the projection, which input and output share', async () => {
    // E, T and P; then the items of a session and those that follow them.
    const tables = [anyTensor('F64', [5, 2], 2), anyTensor('F64', [5, 3], 4), anyTensor('F64', [3, 2], 3)];
    const read = [integers([3], 1, 1, 2), integers([3], 4, 1, 0)];
    const error = await gradientError(
      (...operands) => {
        const [items, text, projection, index, targets] = operands as [Value, Value, Value, Value, Value];
        const table = tableWithText(items, text, projection);
        return catalogueCrossEntropy(gatherRows(table, index), table, targets);
      },
      [...tables, ...read],
    );
    expect(error).toBeLessThan(1e-6);
  });

  it('is baked as E + T P', async () => {
    // E = [[1, 2]], T = [[3, 4, 0]], P = [[1, 0], [0.5, 2], [9, 9]]: [1 + 3 + 2, 2 + 8].
    const text: ItemText = { dtype: 'F32', shape: [1, 3], data: Float32Array.of(3, 4, 0) };
    const baking = await loadBaking(runtime, text, 2);
    const { 'embedding.items': table, ...rest } = await baking.bake({
      'embedding.items': { dtype: 'F32', shape: [1, 2], data: Float32Array.of(1, 2) },
      'text.projection': { dtype: 'F32', shape: [3, 2], data: Float32Array.of(1, 0, 0.5, 2, 9, 9) },
      other: { dtype: 'F32', shape: [1], data: Float32Array.of(7) },
    });
    await baking.release();
    expect(table).toEqual(floats32([1, 2], 6, 10));
    expect(Object.keys(rest)).toEqual(['other']);
  });
});

describe('training with item text', () => {
  it('begins where the training without text begins: the first loss is the same', async () => {
    // One batch an epoch, so that the loss of the first epoch is that before the first step.
    const settings = { batch: 1000, epochs: 2 };
    const [plain, withText] = [await finish(undefined, { settings }), await finish(await embedded(), { settings })];
    const losses = ({ epochs }: { readonly epochs: EpochEnd[] }): number[] => epochs.map(({ report }) => report.loss);
    expect(losses(withText)[0]).toBeCloseTo(losses(plain)[0]!, 6);
    expect(losses(withText)[1]).not.toBeCloseTo(losses(plain)[1]!, 6);
  });

  it('brings cold items to the group that their titles name, which ids alone cannot', async () => {
    const settings = { epochs: 25 };
    const [plain, withText] = [await finish(undefined, { settings }), await finish(await embedded(), { settings })];
    // By chance one of four.
    expect(coldItemsAtHome(plain.trained)).toBeLessThan(0.7);
    expect(coldItemsAtHome(withText.trained)).toBe(1);
  });

  it('keeps table and projection apart in its checkpoints, and goes on from each to the same bits', async () => {
    const text = await embedded();
    const whole = await finish(text);
    const names = Object.keys(decodeSafetensors(whole.epochs[0]!.checkpoint).tensors);
    expect(names).toEqual(expect.arrayContaining(['parameter.text.projection', 'best.text.projection']));
    for (const [at, { checkpoint }] of whole.epochs.entries()) {
      const rest = await finish(text, { checkpoint });
      expect(rest.epochs.map(({ report }) => report)).toEqual(whole.epochs.slice(at + 1).map(({ report }) => report));
      expect(Buffer.from(encodeSasrecFile(rest.trained)).equals(encodeSasrecFile(whole.trained))).toBe(true);
    }
  });

  it('refuses the checkpoint of a training without text', async () => {
    const { epochs } = await finish(undefined, { settings: { epochs: 1 } });
    await expect(finish(await embedded(), { checkpoint: epochs[0]!.checkpoint })).rejects.toThrow(
      'it has no "parameter.text.projection"',
    );
  });

  it('gives the weights of a plain model, which is exported without text', async () => {
    const { trained } = await finish(await embedded());
    expect(Object.keys(trained.weights)).toEqual(Object.keys(sasrecWeightShapes(trained.shape)));
    const model = await runtime.load(exportSasrec(trained.shape, trained.weights));
    const scores = { dtype: 'F32', shape: [1, ITEMS], data: new Float32Array(ITEMS) } as const;
    await model.run({ session: integers([1, 2], 1, 4) }, { scores });
    await model.release();
    // The session is of the first group, whose warm items are the likeliest.
    const best = [...scores.data.keys()].sort((left, right) => scores.data[right]! - scores.data[left]!);
    expect(best.slice(0, 3).every((item) => item < SIZE)).toBe(true);
  });

  it('goes on from trained weights as they are: their table has the text in it already', async () => {
    const text = await embedded();
    const settings = { batch: 1000, epochs: 1, dropout: 0 };
    const { trained } = await finish(text, { settings: { epochs: 10 } });
    const [further, plain] = [
      await finish(text, { settings, initial: trained.weights }),
      await finish(undefined, { settings, initial: trained.weights }),
    ];
    expect(further.epochs[0]!.report.loss).toBeCloseTo(plain.epochs[0]!.report.loss, 6);
  });
});
