import { describe, expect, it } from 'vitest';
import { encodeLabels, type IntentLabels } from '#science/intents/intent-labels.ts';
import { encodePool, type Intent } from '#science/intents/intent-pool.ts';
import { openRecommender, type RecommenderMethod } from '#science/models/recommender-file.ts';
import { hasIntents } from '#science/models/intent-recommender.ts';
import { decodeModelFile } from '#science/models/trained-model.ts';
import { encodeView } from '#science/sessions/session-view.ts';
import type { TaughtParameters, TrainingParameters } from '#science/stages/stage-training-parameters.ts';
import { decodeSafetensors } from '#science/tensors/safetensors.ts';
import { integers, runtime } from '../support/graph-runs.ts';
import { anIntentToy, TOY_INTENTS, TOY_ITEMS, toyLabels } from '../support/intent-toy.ts';
import { type FinishedStage, finishStage } from '../support/run-stage.ts';

const toy = anIntentToy();
const loadRuntime = () => Promise.resolve(runtime);

const BACKBONE = {
  backbone: { kind: 'sasrec', dimension: 8, layers: 1, heads: 2, dropout: 0.1, itemText: 'none' },
  maxLength: 5,
  epochs: 3,
  batch: 32,
  learningRate: 0.01,
  patience: 3,
  seed: 1,
  start: 'auto',
  ramp: 'auto',
} as const;
const PREDICTOR = {
  predictor: { fusion: 'gated', init: 'learned', temperature: 1, dropout: 0.2 },
  backboneLearningRate: null,
} as const;
const ENRICHMENT = {
  strategy: 'neighbour',
  neighbours: 5,
  temperature: 0.1,
  blend: 0.8,
  teacher: 0.9,
  confidence: 'median',
} as const;

const backbone: TrainingParameters = { method: 'backbone', ...BACKBONE };
const capacityControl: TrainingParameters = { method: 'capacity-control', ...BACKBONE, ...PREDICTOR, intents: 7 };

function taught(method: TaughtParameters['method'], change: Partial<TaughtParameters> = {}): TaughtParameters {
  return {
    method,
    ...BACKBONE,
    ...PREDICTOR,
    labels: { smoothing: 0.05, shuffle: false, intentGradient: 'full' },
    enrichment: ENRICHMENT,
    loss: { intent: 0.5, enrichment: 0.2 },
    ...change,
  };
}

const NAMES = ['rose tea', 'oak table', 'steel knife', 'wool scarf'];

function aPool(change: (intent: Intent) => Partial<Intent> = () => ({})): Uint8Array {
  const intents = NAMES.map((name, id) => {
    const intent: Intent = {
      id,
      name,
      description: `${name} of all kinds`,
      origin: 'init',
      status: 'active',
      mergedInto: null,
      support: 12,
    };
    return { ...intent, ...change(intent) };
  });
  return encodePool({ version: 1, intents });
}

const WITHOUT_LABELS = {
  train: encodeView(toy.train),
  valid: encodeView(toy.valid),
  warmUpBest: new TextEncoder().encode('{"epoch":4,"epochs":9,"validNdcg20":0.3}'),
  pool: aPool(),
};
const ARTIFACTS = { ...WITHOUT_LABELS, labels: encodeLabels(toyLabels(toy, 4)) };

function train(
  parameters: TrainingParameters,
  artifacts: Record<string, Uint8Array> = ARTIFACTS,
): Promise<FinishedStage> {
  return finishStage('training', { parameters, artifacts, loadRuntime });
}

function warningsOf({ reports }: FinishedStage): string[] {
  return reports.flatMap((report) => (report.kind === 'warning' ? [report.message] : []));
}

/** Names of what was measured in the last epoch, and of what the stage measured as a whole. */
function measuredBy({ reports, metrics }: FinishedStage): readonly [string[], string[]] {
  const epochs = reports.flatMap((report) => (report.kind === 'epoch' ? [report] : []));
  const ofEpoch = epochs.at(-1)!.metrics.map(({ name, split }) => `${split} ${name}`);
  return [ofEpoch, metrics.map(({ name }) => name)];
}

const ALWAYS = ['train loss', 'valid ndcg@20'];
const OF_PREDICTOR = ['train loss.rec', 'train intentEntropy', 'train intentUncertainty', 'train topIntentShare'];
const OF_LABELS = ['train loss.intent', 'train passesPerLabel'];
const OF_NEIGHBOURS = ['train confidenceThreshold', 'train labelCoverage', 'train loss.enrichment'];
const ENRICHED = [...ALWAYS, ...OF_PREDICTOR, ...OF_LABELS, ...OF_NEIGHBOURS];

describe('the training stage', () => {
  it.each<[TrainingParameters, readonly string[], readonly string[]]>([
    [backbone, ALWAYS, ['bestEpoch']],
    [capacityControl, [...ALWAYS, ...OF_PREDICTOR], ['bestEpoch']],
    [taught('auxiliary-only'), ENRICHED, ['bestEpoch', 'enrichmentActiveEpochs']],
    [taught('category-intent'), ENRICHED, ['bestEpoch', 'enrichmentActiveEpochs']],
    [taught('sprint'), ENRICHED, ['bestEpoch', 'enrichmentActiveEpochs']],
    [taught('sprint', { enrichment: { strategy: 'none' } }), [...ALWAYS, ...OF_PREDICTOR, ...OF_LABELS], ['bestEpoch']],
    [
      taught('sprint', { enrichment: { ...ENRICHMENT, strategy: 'self', confidence: 0 } }),
      ENRICHED.filter((name) => name !== 'train labelCoverage'),
      ['bestEpoch', 'enrichmentActiveEpochs'],
    ],
  ])(
    'makes a model that is evaluated, and measures what the method has: $method',
    async (parameters, ofEpoch, ofStage) => {
      const stage = await train(parameters);
      const [epoch, whole] = measuredBy(stage);
      expect(epoch.toSorted()).toEqual([...ofEpoch].sort());
      expect(whole).toEqual(ofStage);
      expect(Object.keys(stage.artifacts)).toEqual(['model.safetensors', 'model.onnx', 'best.json']);
      const { metrics } = await finishStage('evaluation', {
        parameters: { method: parameters.method, evaluate: 'last', maskSeen: false, maxLength: 5, cutoffs: [20] },
        artifacts: { model: stage.artifacts['model.safetensors']!, valid: ARTIFACTS.valid, test: ARTIFACTS.valid },
        loadRuntime,
      });
      const best = JSON.parse(new TextDecoder().decode(stage.artifacts['best.json'])) as { validNdcg20: number };
      const evaluated = metrics.find(({ name, split }) => name === 'ndcg@20' && split === 'valid')!.value;
      expect(evaluated).toBeCloseTo(best.validNdcg20, 6);
    },
  );

  it('keeps no epoch before enrichment has its full weight, in any method', async () => {
    // W = 4: E_s = 1, E_r = 1.
    for (const parameters of [backbone, capacityControl, taught('sprint')]) {
      const { metrics } = await train({ ...parameters, learningRate: 1e-9 });
      expect(metrics.find(({ name }) => name === 'bestEpoch')!.value).toBe(2);
    }
  });

  it('starts all methods from the warm-up where there is one', async () => {
    const warm = (await train({ ...backbone, epochs: 8, patience: 'off' })).artifacts['model.safetensors']!;
    for (const parameters of [backbone, capacityControl, taught('sprint'), taught('auxiliary-only')]) {
      const [scratch, further] = [await train(parameters), await train(parameters, { ...ARTIFACTS, initial: warm })];
      expect(firstLossOf(further)).toBeLessThan(firstLossOf(scratch) - 0.2);
    }
  });

  it('trains exactly the backbone, aloud, where the pool has no active intent', async () => {
    const empty = { ...ARTIFACTS, pool: aPool(() => ({ status: 'retired' })) };
    const [degraded, alone] = [await train(taught('sprint'), empty), await train(backbone)];
    expect(degraded.artifacts).toEqual(alone.artifacts);
    expect(warningsOf(degraded)[0]).toContain('The pool has no active intent: the backbone is trained alone');
    expect(warningsOf(degraded)[1]).toContain('The enrichment never acted in the kept model');
    expect(degraded.metrics).toContainEqual({ name: 'enrichmentActiveEpochs', split: 'train', step: 0, value: 0 });
  });

  it('does without labels: sessions teach themselves where nobody was profiled, and nobody is taught by labelled ones', async () => {
    // Of a predictor that hardly learned yet, nobody would be sure enough.
    const sure = { ...ENRICHMENT, confidence: 0 } as const;
    const neighbour = await train(taught('sprint', { enrichment: sure }), WITHOUT_LABELS);
    expect(measuredBy(neighbour)[0]).not.toContain('train loss.intent');
    expect(measuredBy(neighbour)[0]).toContain('train loss.enrichment');
    expect(warningsOf(neighbour)).toContain('No session has a label: the intent predictor is taught by none.');
    const enrichment = { ...ENRICHMENT, strategy: 'labelled-only' } as const;
    const labelledOnly = await train(taught('sprint', { enrichment }), WITHOUT_LABELS);
    expect(measuredBy(labelledOnly)[0]).not.toContain('train confidenceThreshold');
    expect(warningsOf(labelledOnly).at(-1)).toContain('The enrichment never acted');
  });

  it('warns of intents that collapsed into one', async () => {
    const labels: IntentLabels = { ...toyLabels(toy, 2), intents: new Int32Array(100) };
    const stage = await train(taught('sprint', { epochs: 8 }), { ...ARTIFACTS, labels: encodeLabels(labels) });
    expect(warningsOf(stage)).toEqual([expect.stringMatching(/^The intents collapsed: in the kept epoch \d+, 100 %/u)]);
  });

  it('warns of a predictor that stays uniform though it has labels', async () => {
    const predictor = { ...PREDICTOR.predictor, temperature: 1000 };
    const stage = await train(taught('sprint', { predictor, learningRate: 1e-6, enrichment: { strategy: 'none' } }));
    expect(warningsOf(stage).join()).toContain('The intent predictor stayed uniform');
  });

  it('says nothing of a run in which all is well', async () => {
    expect(warningsOf(await train(taught('sprint', { epochs: 6 })))).toEqual([]);
  });

  it.each(['text', 'frozen-text'] as const)(
    'begins intents at their texts (%s), and leaves a plain model',
    async (init) => {
      const parameters = taught('sprint', { predictor: { ...PREDICTOR.predictor, init } });
      const { artifacts } = await train(parameters);
      const { weights } = decodeModelFile(decodeSafetensors(artifacts['model.safetensors']!));
      expect(weights['intents.embedding']!.shape).toEqual([TOY_INTENTS, 8]);
      const learned = (await train(taught('sprint'))).artifacts['model.safetensors']!;
      expect(Object.keys(weights)).toEqual(Object.keys(decodeModelFile(decodeSafetensors(learned)).weights));
    },
  );

  it('counts labels, not sessions, in the prior: the supports of the pool', async () => {
    const pool = aPool(({ id }) => ({ support: id === 0 ? 96 : 0 }));
    const { artifacts } = await train(taught('sprint'), { ...ARTIFACTS, pool });
    const { weights } = decodeModelFile(decodeSafetensors(artifacts['model.safetensors']!));
    // 97, 1, 1 and 1 of 100.
    expect([...weights['intents.prior']!.data].map((x) => Number(Math.exp(x).toFixed(4)))).toEqual([
      0.97, 0.01, 0.01, 0.01,
    ]);
  });

  it('exports what it scores and predicts', async () => {
    const { artifacts } = await train(taught('sprint', { epochs: 6 }));
    const recommender = await openRecommender('sprint', artifacts['model.safetensors']!, loadRuntime);
    if (!hasIntents(recommender)) throw new TypeError('It has no intents.');
    const sessions = [Int32Array.of(1, 9, 3), Int32Array.of(20)];
    const model = await runtime.load(artifacts['model.onnx']!);
    const scores = { dtype: 'F32', shape: [2, TOY_ITEMS], data: new Float32Array(2 * TOY_ITEMS) } as const;
    const intents = { dtype: 'F32', shape: [2, TOY_INTENTS], data: new Float32Array(2 * TOY_INTENTS) } as const;
    await model.run({ session: integers([2, 3], 1, 9, 3, 0, 0, 20) }, { scores, intents });
    const own = await recommender.answer(sessions);
    const ownScores = own.scores.flatMap((row) => [...row.subarray(1)]);
    for (const [at, score] of ownScores.entries()) expect(scores.data[at]).toBeCloseTo(score, 5);
    const probabilities = await recommender.intentsOf(sessions);
    expect(own.intents).toEqual(probabilities);
    for (const [at, share] of probabilities.data.entries()) expect(intents.data[at]).toBeCloseTo(share, 5);
  });

  it('opens models of all methods, with intents where they have them', async () => {
    const opened = async (parameters: TrainingParameters): Promise<boolean> => {
      const { artifacts } = await train({ ...parameters, epochs: 2 });
      const method: RecommenderMethod = parameters.method;
      return hasIntents(await openRecommender(method, artifacts['model.safetensors']!, loadRuntime));
    };
    expect(await opened(backbone)).toBe(false);
    for (const parameters of [capacityControl, taught('auxiliary-only'), taught('category-intent')])
      expect(await opened(parameters)).toBe(true);
  });
});

function firstLossOf({ reports }: FinishedStage): number {
  const epochs = reports.flatMap((report) => (report.kind === 'epoch' ? [report] : []));
  return epochs[0]!.metrics.find(({ name }) => name === 'loss')!.value;
}
