import type { Dataset } from '#features/datasets/domain/dataset.ts';
import type { PlannedStage, StageKey, StageSource } from '#features/stages/domain/stage.ts';
import { contentHash } from '#kernel/content-hash.ts';
import { canonicalJson, type JsonObject } from '#kernel/json.ts';
import type { SimulatedModelParameters } from '#science/llm/simulated-model.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { PlannedTrial } from './trials.ts';

/** The hash of each stage's code, computed when the project is built. */
export type CodeVersions = Readonly<Record<StageKind, string>>;

/** What a language model is, as stages read it; its name and price are not theirs to know. */
export type LlmModel = SimulatedModelParameters;

/** What the stages of a trial follow from, beside the trial. */
export interface PlanGround {
  /** Of the trial's data set. The truth of planted data is not among them: no stage may be planned to read it. */
  readonly files: Pick<Dataset['files'], 'interactions' | 'items' | 'synonyms'>;
  readonly codeVersions: CodeVersions;
  /**
   * The first profile seed of the manifest. Its warm-up sets the schedule of every training and tells the test sessions apart, so
   * that arms which profile with other seeds are trained and judged alike (science C.9).
   */
  readonly scheduleSeed: number;
  /** Training sessions that can be profiled (science C.4); read only for a method that profiles. */
  readonly eligibleSessions: number;
  /** The model behind a provider's name. */
  readonly llm: (name: string) => LlmModel;
  /** Are session and intent embeddings to be drawn? */
  readonly hasProjection: boolean;
}

export type Inputs = Readonly<Record<string, StageSource>>;
export type PlanStage = (kind: StageKind, parameters: JsonObject, inputs: Inputs) => PlannedStage;

/** What is known of a trial when its further stages are planned. */
export interface TrialInPlan {
  readonly trial: PlannedTrial;
  readonly ground: PlanGround;
  readonly plan: PlanStage;
  readonly sessions: PlannedStage;
}

export function stagePlanner(codeVersions: CodeVersions): PlanStage {
  return (kind, parameters, inputs) => {
    const stage = { kind, codeVersion: codeVersions[kind], parameters, inputs };
    return { key: stageKey(stage), ...stage };
  };
}

/** Artifacts of a stage, by the names under which another reads them. */
export function read(stage: PlannedStage, artifacts: Readonly<Record<string, string>>): Inputs {
  const entries = Object.entries(artifacts).map(([name, artifact]): [string, StageSource] => [
    name,
    { from: 'stage', stage: stage.key, artifact },
  ]);
  return Object.fromEntries(entries);
}

/** What the items are called: their texts, and which of them the model knows. */
export function itemInputs({ ground, sessions }: Pick<TrialInPlan, 'ground' | 'sessions'>): Inputs {
  return {
    items: { from: 'dataset', hash: ground.files.items },
    ...read(sessions, { catalogue: 'catalogue.safetensors' }),
  };
}

/** SHA-256 over kind, code version, parameters and inputs: everything that determines the output. */
function stageKey({ kind, codeVersion, parameters, inputs }: Omit<PlannedStage, 'key'>): StageKey {
  return contentHash(canonicalJson({ kind, codeVersion, parameters, inputs: writtenInputs(inputs) })) as StageKey;
}

/** Inputs as they are hashed and compared. */
export function writtenInputs(inputs: Inputs): JsonObject {
  return Object.fromEntries(Object.entries(inputs).map(([name, source]) => [name, { ...source }]));
}
