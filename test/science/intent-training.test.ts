import { describe, expect, it } from 'vitest';
import { explain, supportAlone } from '#science/intents/explanation.ts';
import type { IntentLabels } from '#science/intents/intent-labels.ts';
import { intentPrior } from '#science/models/intent-predictor.ts';
import { IntentPrograms } from '#science/models/intent-recommender.ts';
import { encodeModelFile } from '#science/models/trained-model.ts';
import { stream } from '#science/random/stream.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import {
  type BackboneSettings,
  type BackboneTraining,
  type EpochEnd,
  trainBackbone,
  type TrainedBackbone,
} from '#science/training/backbone-training.ts';
import { contextsOf } from '#science/training/contexts.ts';
import type { EnrichmentSettings } from '#science/training/enrichment.ts';
import type { IntentTraining } from '#science/training/intent-training.ts';
import { shuffledLabels } from '#science/training/session-labels.ts';
import type { TeachingSettings } from '#science/training/teaching.ts';
import { runtime } from '../support/graph-runs.ts';
import { anIntentToy, TOY_INTENTS, toyIntentOf, toyLabels } from '../support/intent-toy.ts';

const toy = anIntentToy();
const labels = toyLabels(toy, 4);

const SETTINGS: BackboneSettings = {
  seed: 1,
  seedKind: 'train',
  dimension: 8,
  layers: 1,
  heads: 2,
  dropout: 0.1,
  maxLength: 5,
  batch: 32,
  learningRate: 0.01,
  epochs: 4,
  patience: 4,
  firstEligibleEpoch: 1,
};
const ENRICHMENT: EnrichmentSettings = {
  strategy: 'neighbour',
  neighbours: 5,
  temperature: 0.1,
  blend: 0.8,
  teacher: 0.9,
  confidence: 'median',
};
const TEACHING: TeachingSettings = {
  labels,
  smoothing: 0.05,
  gradient: 'full',
  loss: { intent: 0.5, enrichment: 0.2 },
  enrichment: ENRICHMENT,
  schedule: { start: 1, ramp: 2 },
};

interface Change {
  readonly settings?: Partial<BackboneSettings>;
  readonly intents?: Partial<IntentTraining>;
  readonly teaching?: Partial<TeachingSettings>;
  readonly checkpoint?: Uint8Array;
}

function aTraining({ settings, intents, teaching, checkpoint }: Change = {}): BackboneTraining {
  return {
    runtime,
    train: toy.train,
    valid: toy.valid,
    settings: { ...SETTINGS, ...settings },
    intents: {
      predictor: { intents: TOY_INTENTS, fusion: 'gated', temperature: 1 },
      dropout: 0.2,
      prior: intentPrior([10, 10, 10, 10]),
      embedding: { from: 'chance' },
      backboneLearningRate: null,
      teaching: { ...TEACHING, ...teaching },
      ...intents,
    },
    ...(checkpoint === undefined ? {} : { checkpoint }),
  };
}

async function finish(
  training: BackboneTraining,
): Promise<{ readonly epochs: EpochEnd[]; readonly trained: TrainedBackbone }> {
  const running = trainBackbone(training);
  const epochs: EpochEnd[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done === true) return { epochs, trained: step.value };
    epochs.push(step.value);
  }
}

/** Share of the training contexts without a label whose likeliest intent is the true one. */
async function accuracyOf({ shape, weights, predictor }: TrainedBackbone, given: IntentLabels): Promise<number> {
  const { position, items } = contextsOf(toy.train, SETTINGS.maxLength);
  const programs = await IntentPrograms.load(runtime, shape, predictor!);
  const { data } = await programs.recommender(weights).intentsOf(items);
  await programs.release();
  const labelled = new Set(given.position);
  const right = Array.from(position, (at, row) => {
    const own = data.subarray(row * TOY_INTENTS, (row + 1) * TOY_INTENTS);
    return { at, isRight: own.indexOf(Math.max(...own)) === toy.truth[at] };
  }).filter(({ at }) => !labelled.has(at));
  return right.filter(({ isRight }) => isRight).length / right.length;
}

describe('training a predictor', () => {
  it('learns intents from labels that tell them, and not from the same labels dealt to other sessions', async () => {
    const settings = { epochs: 12, patience: 'off' as const };
    const shuffled = shuffledLabels(labels, stream(1, 'train', 'labels/shuffle'));
    const told = await finish(aTraining({ settings }));
    const dealt = await finish(aTraining({ settings, teaching: { labels: shuffled } }));
    // One of four by chance.
    expect(await accuracyOf(told.trained, labels)).toBeGreaterThan(0.7);
    expect(await accuracyOf(dealt.trained, labels)).toBeLessThan(0.5);
  });

  it('explains a session by the items that have its intent, where others are among them', async () => {
    const { trained } = await finish(aTraining({ settings: { epochs: 12, patience: 'off' } }));
    const programs = await IntentPrograms.load(runtime, trained.shape, trained.predictor!);
    const model = programs.recommender(trained.weights);
    const contexts = contextsOf(toy.train, SETTINGS.maxLength);
    const evidence: boolean[] = [];
    for (const [at, session] of contexts.items.entries()) {
      const isOfIntent = Array.from(session, (item) => toyIntentOf(item) === toy.truth[contexts.position[at]!]);
      if (isOfIntent.every(Boolean) || !isOfIntent.some(Boolean)) continue;
      const alone = supportAlone(await model.intentsOf(Array.from(session, (item) => Int32Array.of(item))));
      const intents = explain(session, (await model.intentsOf([session])).data, alone);
      const found = intents.find(({ intent }) => intent === toy.truth[contexts.position[at]!]);
      if (found !== undefined) evidence.push(toyIntentOf(found.evidence) === found.intent);
    }
    await programs.release();
    expect(evidence.length).toBeGreaterThan(20);
    // An item of chance is one of the intent in about two of three.
    expect(evidence.filter(Boolean).length / evidence.length).toBeGreaterThan(0.9);
  });

  it('ends in the same bits when it goes on from the checkpoint of any epoch, with its threshold and its teacher', async () => {
    const whole = await finish(aTraining());
    for (const [at, { checkpoint }] of whole.epochs.entries()) {
      const rest = await finish(aTraining({ checkpoint }));
      expect(rest.epochs.map(({ report }) => report)).toEqual(whole.epochs.slice(at + 1).map(({ report }) => report));
      for (const [later, end] of rest.epochs.entries())
        expect(Buffer.from(end.checkpoint).equals(whole.epochs[at + 1 + later]!.checkpoint)).toBe(true);
      expect(Buffer.from(encodeModelFile(rest.trained)).equals(encodeModelFile(whole.trained))).toBe(true);
      expect(rest.trained.notes).toEqual(whole.trained.notes);
    }
  });

  it('reports its losses, and that the loss is their weighted sum', async () => {
    const { epochs } = await finish(aTraining());
    for (const { report } of epochs) {
      const { measures, epoch, loss } = report;
      // E_s = 1 and E_r = 2: enrichment counts 0, .5, 1, 1.
      const ramp = Math.min(1, (epoch - 1) / 2);
      const parts =
        measures['loss.rec']! + 0.5 * measures['loss.intent']! + 0.2 * ramp * (measures['loss.enrichment'] ?? 0);
      // Steps count by their positions in one and alike in the other.
      expect(loss).toBeCloseTo(parts, 1);
      expect(Object.hasOwn(measures, 'loss.enrichment')).toBe(epoch > 1);
    }
  });

  it('tells how often labels come, how many sessions have one near, and keeps the threshold that it began with', async () => {
    const { epochs } = await finish(aTraining());
    const measures = epochs.map(({ report }) => report.measures);
    // 200 sessions by 32 are 7 steps of 16 of the 50 labels.
    expect(measures.map(({ passesPerLabel }) => passesPerLabel)).toEqual(Array(4).fill((7 * 16) / 50));
    expect(new Set(measures.map(({ confidenceThreshold }) => confidenceThreshold)).size).toBe(1);
    // By chance 1 − .75⁵ = .76 of the sessions have one of the labelled quarter among 5 neighbours.
    for (const { labelCoverage } of measures) expect(labelCoverage).toBeGreaterThan(0.6);
    for (const { topIntentShare, intentEntropy } of measures) {
      expect(topIntentShare).toBeLessThan(1);
      expect(intentEntropy).toBeGreaterThan(0.3);
    }
  });

  it('counts the epochs up to the best one in which enrichment acted', async () => {
    // With the blend at work from E_s = 3 on, epochs 3 and 4 are enriched.
    const late = { schedule: { start: 3, ramp: 1 } };
    const { trained } = await finish(aTraining({ settings: { patience: 'off' }, teaching: late }));
    expect(trained.notes['enrichmentActiveEpochs']).toBe(2);
    // Without blend it acts one epoch later: at E_s the ramp is 0.
    const unblended = { ...late, enrichment: { ...ENRICHMENT, blend: 1 } };
    const ramped = await finish(aTraining({ settings: { patience: 'off' }, teaching: unblended }));
    expect(ramped.trained.notes['enrichmentActiveEpochs']).toBe(1);
  });

  it('needs no teacher where nothing is enriched, and keeps one in its checkpoints where something is', async () => {
    const teachersOf = async (teaching: Partial<TeachingSettings>): Promise<number> => {
      const { epochs } = await finish(aTraining({ settings: { epochs: 1 }, teaching }));
      const names = Object.keys(decodeSafetensors(epochs[0]!.checkpoint).tensors);
      return names.filter((name) => name.startsWith('teacher.')).length;
    };
    expect(await teachersOf({})).toBeGreaterThan(0);
    expect(await teachersOf({ enrichment: null })).toBe(0);
    const nothing: IntentLabels = {
      position: new Int32Array(0),
      offsets: new Int32Array(1),
      intents: new Int32Array(0),
    };
    expect(await teachersOf({ labels: nothing, enrichment: { ...ENRICHMENT, strategy: 'labelled-only' } })).toBe(0);
  });

  it('moves the backbone at a rate of its own where it has one', async () => {
    const still = await finish(aTraining({ settings: { epochs: 1 }, intents: { backboneLearningRate: 0 } }));
    const start = await finish(aTraining({ settings: { epochs: 1, learningRate: 0 } }));
    const of = ({ trained }: { readonly trained: TrainedBackbone }, name: string): Float32Array =>
      trained.weights[name]!.data;
    expect(of(still, 'embedding.items')).toEqual(of(start, 'embedding.items'));
    expect(of(still, 'intents.key')).not.toEqual(of(start, 'intents.key'));
  });

  it('keeps the last epoch where it is not to stop early, whatever the validation sessions say', async () => {
    const settings = { patience: 'off' as const };
    const other = { ...aTraining({ settings }), valid: { ...toy.valid, items: toy.valid.items.toReversed() } };
    const [here, there] = [await finish(aTraining({ settings })), await finish(other)];
    expect(here.trained.best).toEqual({ epoch: 4, validNdcg20: null });
    expect(Buffer.from(encodeModelFile(there.trained)).equals(encodeModelFile(here.trained))).toBe(true);
    expect(here.epochs[0]!.report.validNdcg20).not.toBe(there.epochs[0]!.report.validNdcg20);
    for (const [at, { checkpoint }] of here.epochs.entries())
      expect(Buffer.from(checkpoint).equals(there.epochs[at]!.checkpoint)).toBe(true);
  });
});
