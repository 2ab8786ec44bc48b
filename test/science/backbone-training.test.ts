import { describe, expect, it } from 'vitest';
import { DomainError } from '#kernel/domain-error.ts';
import { type Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import { decodeSasrecFile, encodeSasrecFile } from '#science/models/sasrec-file.ts';
import { SasrecPrograms, NoKnownItemError } from '#science/models/sasrec-recommender.ts';
import { sasrecWeightShapes } from '#science/models/sasrec.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { decodeSafetensors, encodeSafetensors } from '#science/tensors/safetensors.ts';
import {
  type BackboneSettings,
  type BackboneTraining,
  type EpochEnd,
  NonFiniteLossError,
  trainBackbone,
  type TrainedBackbone,
} from '#science/training/backbone-training.ts';
import { runtime } from '../support/graph-runs.ts';
import { aView } from '../support/session-views.ts';

const ITEMS = 12;
/** Sessions that walk around a circle of 12 items, item v being followed by v + 1: what comes next can be learned. */
const walks = (length: number): number[][] =>
  Array.from({ length: 60 }, (_, start) =>
    Array.from({ length: length - (start % 3) }, (_, step) => ((start + step) % ITEMS) + 1),
  );
const train = aView(walks(6), { itemCount: ITEMS });
const valid = aView(walks(7), { itemCount: ITEMS });

const SETTINGS: BackboneSettings = {
  seed: 1,
  seedKind: 'train',
  dimension: 8,
  layers: 1,
  heads: 2,
  dropout: 0.2,
  maxLength: 4,
  batch: 16,
  learningRate: 0.01,
  epochs: 4,
  patience: 3,
  firstEligibleEpoch: 1,
};

const aTraining = (
  settings: Partial<BackboneSettings> = {},
  rest: Partial<BackboneTraining> = {},
): BackboneTraining => ({
  runtime,
  train,
  valid,
  settings: { ...SETTINGS, ...settings },
  ...rest,
});

interface Finished {
  readonly epochs: EpochEnd[];
  readonly trained: TrainedBackbone;
}

async function finish(training: BackboneTraining): Promise<Finished> {
  const running = trainBackbone(training);
  const epochs: EpochEnd[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done === true) return { epochs, trained: step.value };
    epochs.push(step.value);
  }
}

const bytesOf = ({ trained }: Finished): Buffer => Buffer.from(encodeSasrecFile(trained));

/** Of a gigabyte, in which nothing may be loaded. */
class SmallRuntime extends TensorRuntime {
  readonly memoryBytes = 1e9;

  load(): Promise<Program> {
    return Promise.reject(new TypeError('A program was loaded.'));
  }
}

describe('training the backbone', () => {
  it('learns what comes next', async () => {
    const { epochs, trained } = await finish(aTraining({ epochs: 30, patience: 30 }));
    const losses = epochs.map(({ report }) => report.loss);
    // Before training every item is about as likely: ln 12 = 2.48.
    expect(losses[0]).toBeLessThan(2.6);
    expect(losses[0]).toBeGreaterThan(2.2);
    expect(losses.at(-1)).toBeLessThan(1.2);
    // Among 12 items all are in the first 20; the target is mostly the first of them: NDCG of rank 2 would be .63.
    expect(trained.best.validNdcg20).toBeGreaterThan(0.9);
  });

  it('counts positions, each once an epoch, and marks the epochs that were the best so far', async () => {
    const { epochs, trained } = await finish(aTraining());
    // Lengths 6, 5 and 4 in turn have 5, 4 and 3 steps to a next item: 20 · 12.
    expect(epochs.map(({ report }) => report.tokens)).toEqual([240, 240, 240, 240]);
    expect(epochs.map(({ report }) => report.epoch)).toEqual([1, 2, 3, 4]);
    const best = epochs.filter(({ report }) => report.isBest).at(-1)!.report;
    expect(trained.best).toEqual({ epoch: best.epoch, validNdcg20: best.validNdcg20 });
  });

  it('gives the same bits for the same seed and others for another', async () => {
    const [first, again, other] = [
      await finish(aTraining()),
      await finish(aTraining()),
      await finish(aTraining({ seed: 2 })),
    ];
    expect(bytesOf(again).equals(bytesOf(first))).toBe(true);
    expect(bytesOf(other).equals(bytesOf(first))).toBe(false);
  });

  it('ends in the same bits when it goes on from the checkpoint of any epoch', async () => {
    const whole = await finish(aTraining());
    for (const [at, { checkpoint }] of whole.epochs.entries()) {
      const rest = await finish(aTraining({}, { checkpoint }));
      expect(rest.epochs.map(({ report }) => report)).toEqual(whole.epochs.slice(at + 1).map(({ report }) => report));
      for (const [later, end] of rest.epochs.entries())
        expect(Buffer.from(end.checkpoint).equals(whole.epochs[at + 1 + later]!.checkpoint)).toBe(true);
      expect(bytesOf(rest).equals(bytesOf(whole))).toBe(true);
      expect(rest.trained.best).toEqual(whole.trained.best);
    }
  });

  it('keeps no epoch before the first eligible one', async () => {
    const { epochs, trained } = await finish(aTraining({ firstEligibleEpoch: 3 }));
    expect(epochs.map(({ report }) => report.isBest).slice(0, 3)).toEqual([false, false, true]);
    expect(trained.best.epoch).toBeGreaterThanOrEqual(3);
  });

  it('starts from given weights and leaves them as they are', async () => {
    const { trained } = await finish(aTraining());
    const before = bytesOf({ epochs: [], trained });
    const further = await finish(aTraining({ epochs: 1 }, { initial: trained.weights }));
    expect(further.epochs[0]!.report.loss).toBeLessThan(2.2);
    expect(bytesOf({ epochs: [], trained }).equals(before)).toBe(true);
  });

  it('learns nothing from validation: other targets change no weight', async () => {
    const others: SessionView = { ...valid, items: valid.items.map((item) => (item % ITEMS) + 1) };
    const [here, there] = await Promise.all([
      finish(aTraining({ firstEligibleEpoch: 4 })),
      finish(aTraining({ firstEligibleEpoch: 4 }, { valid: others })),
    ]);
    expect(bytesOf(there).equals(bytesOf(here))).toBe(true);
  });
});

describe('training the backbone refuses', () => {
  const refusal = async (training: BackboneTraining): Promise<DomainError> => {
    const error: unknown = await finish(training).then(
      () => null,
      (reason: unknown) => reason,
    );
    if (error instanceof DomainError) return error;
    throw new TypeError('It was not refused.');
  };

  it('sessions of which none has a next item', async () => {
    const { code, message } = await refusal(aTraining({}, { train: aView([[1], [2]], { itemCount: ITEMS }) }));
    expect(code).toBe('NOTHING_TO_TRAIN_ON');
    expect(message).toContain('None of the 2 training sessions has two items');
  });

  it('rules under which no epoch may be kept', async () => {
    expect((await refusal(aTraining({ firstEligibleEpoch: 5 }))).code).toBe('NO_ELIGIBLE_EPOCH');
  });

  it('a catalogue whose table and scores would not fit into memory, before the start', async () => {
    const large = { ...train, itemCount: 1_000_000 };
    const { code, message } = await refusal(
      aTraining({ dimension: 64 }, { runtime: new SmallRuntime(), train: large }),
    );
    expect(code).toBe('NOT_ENOUGH_MEMORY');
    // 0.2 GB + 4 bytes · (12 · 64,000,000 weights + 2 · 16 · 4 · 1,000,000 scores) = 3.8 GB.
    expect(message).toContain('about 3.8 GB of memory for 1000000 items × 64');
    expect(message).toContain('may use 1.0 GB');
  });

  it('to go on after a loss that is not finite, and says where and what to try', async () => {
    const initial = (await finish(aTraining({ epochs: 1 }))).trained.weights;
    const broken = Object.fromEntries(
      Object.entries(initial).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.map(() => Number.NaN) }]),
    );
    const error = await refusal(aTraining({}, { initial: broken }));
    expect(error).toBeInstanceOf(NonFiniteLossError);
    expect(error.message).toBe(
      'The loss became NaN in step 1 of epoch 1. Last good checkpoint: there is none yet. ' +
        'Lower the learning rate (a third of it is a good next try), or raise the batch.',
    );
  });

  it('a checkpoint of another shape, of another version, and what is none', async () => {
    const { checkpoint } = (await finish(aTraining({ epochs: 1 }))).epochs[0]!;
    const wider = await refusal(aTraining({ dimension: 16 }, { checkpoint }));
    expect(wider.code).toBe('CHECKPOINT_DOES_NOT_FIT');
    expect(wider.message).toContain('its "parameter.embedding.items" is F32 [12, 8], the training\'s is F32 [12, 16]');
    const deeper = await refusal(aTraining({ layers: 2 }, { checkpoint }));
    expect(deeper.message).toContain('it has no "parameter.layers.1.attention.input.weight"');
    const { tensors, metadata } = decodeSafetensors(checkpoint);
    const later = encodeSafetensors(tensors, { ...metadata, version: '2' });
    expect((await refusal(aTraining({}, { checkpoint: later }))).message).toContain('its format has version 2');
    const other = await refusal(aTraining({}, { checkpoint: encodeSafetensors({}) }));
    expect(other.message).toContain('the file is no checkpoint of a training');
  });
});

describe('a trained backbone', () => {
  it('is a file that gives it back', async () => {
    const { trained } = await finish(aTraining({ epochs: 1 }));
    const read = decodeSasrecFile(decodeSafetensors(encodeSasrecFile(trained)));
    expect(read.shape).toEqual(trained.shape);
    expect(Object.keys(read.weights)).toEqual(Object.keys(sasrecWeightShapes(trained.shape)));
    expect(read.weights).toEqual(trained.weights);
  });

  it('refuses a session without an item that it knows, and passes over one among others', async () => {
    const { trained } = await finish(aTraining({ epochs: 1 }));
    const programs = await SasrecPrograms.load(runtime, trained.shape);
    const recommender = programs.recommender(trained.weights);
    await expect(recommender.encode([Int32Array.of(13, 0)])).rejects.toThrow(NoKnownItemError);
    const [withUnknown, without] = [
      await recommender.encode([Int32Array.of(2, 13, 3)]),
      await recommender.encode([Int32Array.of(2, 3)]),
    ];
    expect(withUnknown.data).toEqual(without.data);
    await programs.release();
  });
});
