import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { ResolvedProtocol, PlannedTrial } from './trials.ts';
import type { Settings } from './manifest-schema.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { PlannedStage, StageKey, StageSource } from '#features/stages/domain/stage.ts';

/** The hash of each stage's code, computed when the project is built. */
export type CodeVersions = Readonly<Record<StageKind, string>>;

type PlanStage = (
  kind: StageKind,
  parameters: JsonObject,
  inputs: Readonly<Record<string, StageSource>>,
) => PlannedStage;

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
  const sessions = plan('sessions', sessionsParameters(trial.protocol), {
    interactions: fromDataset(dataset.files.interactions),
  });
  const baseline = plan('baseline', baselineParameters(trial.settings), baselineInputs(trial, sessions.key));
  const evaluation = plan('evaluation', evaluationParameters(trial), {
    model: fromStage(baseline.key, 'model.safetensors'),
    valid: fromStage(sessions.key, 'valid.safetensors'),
    test: fromStage(sessions.key, 'test.safetensors'),
  });
  return [sessions, baseline, evaluation];
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
      throw new Error(`Method ${settings.method} has no stages yet; validation refuses it.`);
  }
}

/** Only `counts: all` may look beyond the training data: that it does is its point, and shows in its inputs. */
function baselineInputs({ settings }: PlannedTrial, sessions: StageKey): Readonly<Record<string, StageSource>> {
  const train = fromStage(sessions, 'train.safetensors');
  const looksAhead = settings.method === 'popularity' && settings.popularity.counts === 'all';
  if (!looksAhead) return { train };
  return { train, valid: fromStage(sessions, 'valid.safetensors'), test: fromStage(sessions, 'test.safetensors') };
}

function evaluationParameters({ protocol, settings }: PlannedTrial): JsonObject {
  const { evaluate, maskSeen, cutoffs, maxLength } = protocol;
  return { method: settings.method, evaluate, maskSeen, cutoffs, maxLength };
}

function fromDataset(hash: ContentHash): StageSource {
  return { from: 'dataset', hash };
}

function fromStage(stage: StageKey, artifact: string): StageSource {
  return { from: 'stage', stage, artifact };
}
