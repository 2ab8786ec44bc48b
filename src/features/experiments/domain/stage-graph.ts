import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { PlannedStage, StageKey, StageSource } from '#features/stages/domain/stage.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { Settings } from './manifest-schema.ts';
import type { PlannedTrial, ResolvedProtocol } from './trials.ts';

/** The hash of each stage's code, computed when the project is built. */
export type CodeVersions = Readonly<Record<StageKind, string>>;

type Inputs = Readonly<Record<string, StageSource>>;
type PlanStage = (kind: StageKind, parameters: JsonObject, inputs: Inputs) => PlannedStage;

/**
 * The stages of a trial, inputs before what reads them. A stage is given only the parameters that it reads: a setting that
 * it does not read is not in its key, and changing it runs nothing again.
 */
export function stagesOf(
  trial: PlannedTrial,
  dataset: Pick<Dataset, 'files'>,
  codeVersions: CodeVersions,
): readonly PlannedStage[] {
  const plan: PlanStage = (kind, parameters, inputs) => ({
    key: stageKey({ kind, codeVersion: codeVersions[kind], parameters, inputs }),
    kind,
    codeVersion: codeVersions[kind],
    parameters,
    inputs,
  });
  const interactions: StageSource = { from: 'dataset', hash: dataset.files.interactions };
  const sessions = plan('sessions', sessionsParameters(trial.protocol), { interactions });
  const models =
    trial.settings.method === 'backbone'
      ? trained(trial, trainingInputs(trial, dataset, sessions), plan)
      : [baseline(trial, sessions, plan)];
  const evaluation = plan('evaluation', evaluationParameters(trial), {
    ...read(models.at(-1) ?? sessions, { model: 'model.safetensors' }),
    ...read(sessions, { valid: 'valid.safetensors', test: 'test.safetensors' }),
  });
  return [sessions, ...models, evaluation];
}

/** The distinct stages of some trials, in an order in which they can run: the trials' order, inputs first. */
export function distinctStages(trials: readonly (readonly PlannedStage[])[]): readonly PlannedStage[] {
  return [...new Map(trials.flat().map((stage) => [stage.key, stage])).values()];
}

/** SHA-256 over kind, code version, parameters and inputs: everything that determines the output. */
function stageKey(stage: Omit<PlannedStage, 'key'>): StageKey {
  const { kind, codeVersion, parameters, inputs } = stage;
  const sources = Object.fromEntries(Object.entries(inputs).map(([name, source]) => [name, { ...source }]));
  return contentHash(canonicalJson({ kind, codeVersion, parameters, inputs: sources })) as StageKey;
}

function sessionsParameters(protocol: ResolvedProtocol): JsonObject {
  const { sessions, split, minItemCount, minLength } = protocol;
  return { sessions, split, minItemCount, minLength };
}

/** Only `counts: all` may look beyond the training data: that it does is its point, and shows in its inputs. */
function baseline({ settings }: PlannedTrial, sessions: PlannedStage, plan: PlanStage): PlannedStage {
  const looksAhead = settings.method === 'popularity' && settings.popularity.counts === 'all';
  const files = { train: 'train.safetensors', valid: 'valid.safetensors', test: 'test.safetensors' };
  return plan('baseline', baselineParameters(settings), read(sessions, looksAhead ? files : { train: files.train }));
}

function baselineParameters(settings: Settings): JsonObject {
  switch (settings.method) {
    case 'popularity':
      return { method: 'popularity', counts: settings.popularity.counts };
    case 'item-knn':
      return { method: 'item-knn', ...settings.itemKnn };
    case 'vs-knn':
      return { method: 'vs-knn', ...settings.vsKnn };
    case 'backbone':
    case 'capacity-control':
    case 'auxiliary-only':
    case 'category-intent':
    case 'sprint':
    case 'llm-ranker':
      throw new Error(`Method ${settings.method} is no baseline; validation refuses what has no stages yet.`);
  }
}

/** What warm-up and training are given alike. Where the items have no text in the model, its key knows nothing of texts. */
function trainingInputs({ settings }: PlannedTrial, { files }: Pick<Dataset, 'files'>, sessions: PlannedStage): Inputs {
  const views = read(sessions, { train: 'train.safetensors', valid: 'valid.safetensors' });
  if (settings.backbone.itemText === 'none') return views;
  return {
    ...views,
    items: { from: 'dataset', hash: files.items },
    ...read(sessions, { catalogue: 'catalogue.safetensors' }),
  };
}

/**
 * Its own warm-up for each profile seed, which sets the schedule, and the training; with `training.from: warm-up` also the
 * warm-up of the train seed, from whose weights it starts.
 */
function trained(trial: PlannedTrial, given: Inputs, plan: PlanStage): readonly PlannedStage[] {
  const { train, profile } = trial.seeds;
  const schedule = plan('warm-up', warmUpParameters(trial, 'profile', profile ?? 1), given);
  const inputs = { ...given, ...read(schedule, { warmUpBest: 'best.json' }) };
  const parameters = trainingParameters(trial, train ?? 1);
  if (trial.settings.training.from === 'scratch') return [schedule, plan('training', parameters, inputs)];
  const start = plan('warm-up', warmUpParameters(trial, 'train', train ?? 1), given);
  return [
    schedule,
    start,
    plan('training', parameters, { ...inputs, ...read(start, { initial: 'model.safetensors' }) }),
  ];
}

function warmUpParameters(
  { settings, protocol }: PlannedTrial,
  seedKind: 'profile' | 'train',
  seed: number,
): JsonObject {
  return { ...backboneParameters(settings, protocol), ...settings.warmUp, seedKind, seed };
}

function trainingParameters({ settings, protocol }: PlannedTrial, seed: number): JsonObject {
  const { epochs, batch, patience, from, learningRate, backboneLearningRate } = settings.training;
  const { start, ramp } = settings.enrichment;
  return {
    method: settings.method,
    ...backboneParameters(settings, protocol),
    epochs,
    batch,
    patience,
    learningRate: from === 'scratch' ? learningRate : backboneLearningRate,
    start,
    ramp,
    seed,
  };
}

function backboneParameters({ backbone }: Settings, { maxLength }: ResolvedProtocol): JsonObject {
  const { kind, dimension, layers, heads, dropout, itemText } = backbone;
  return { backbone: { kind, dimension, layers, heads, dropout, itemText }, maxLength };
}

function evaluationParameters({ protocol, settings }: PlannedTrial): JsonObject {
  const { evaluate, maskSeen, cutoffs, maxLength } = protocol;
  return { method: settings.method, evaluate, maskSeen, cutoffs, maxLength };
}

/** Artifacts of a stage, by the names under which another reads them. */
function read(stage: PlannedStage, artifacts: Readonly<Record<string, string>>): Inputs {
  const entries = Object.entries(artifacts).map(([name, artifact]): [string, StageSource] => [
    name,
    { from: 'stage', stage: stage.key, artifact },
  ]);
  return Object.fromEntries(entries);
}
