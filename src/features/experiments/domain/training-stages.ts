import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Settings } from './manifest-schema.ts';
import { itemInputs, read, type Inputs, type TrialInPlan } from './planned-stages.ts';
import {
  categoryStages,
  profilingStages,
  testUncertaintyStage,
  type IntentStages,
  type WarmUps,
} from './profiling-stages.ts';
import { settingsSchema } from './settings-schema.ts';
import type { ResolvedProtocol } from './trials.ts';

/** The stages of a trained method, inputs first, and which of them evaluation reads. */
export interface TrainedStages {
  readonly stages: readonly PlannedStage[];
  readonly training: PlannedStage;
  /** The uncertainty of the test sessions, by which results are told apart. */
  readonly testUncertainty: PlannedStage;
}

const NO_INTENTS: IntentStages = { stages: [], inputs: {} };

/**
 * The warm-up that sets the schedule, its own warm-up of the profile seed and what the method learns with it of intents, and
 * the training; with `training.from: warm-up` also the warm-up of the train seed, from whose weights it starts.
 */
export function trainedStages(planned: TrialInPlan): TrainedStages {
  const { settings } = planned.trial;
  const given = trainingInputs(planned);
  const schedule = warmUpStage(planned, given, { seedKind: 'profile', seed: planned.ground.scheduleSeed });
  const intents = intentStages(planned, given);
  const start = settings.training.from === 'scratch' ? null : startStage(planned, given);
  const training = planned.plan('training', trainingParameters(planned), {
    ...given,
    ...read(schedule, { warmUpBest: 'best.json' }),
    ...(start === null ? {} : read(start, { initial: 'model.safetensors' })),
    ...intents.inputs,
  });
  const testUncertainty = testUncertaintyStage(planned, schedule);
  const stages = [
    schedule,
    ...intents.stages,
    ...(start === null ? [] : [start]),
    training,
    ...projectionStages(planned, training, intents),
    testUncertainty,
  ];
  return {
    // The profile seed can be that of the schedule.
    stages: [...new Map(stages.map((stage) => [stage.key, stage])).values()],
    training,
    testUncertainty,
  };
}

/** What warm-up and training are given alike. Where the items have no text in the model, its key knows nothing of texts. */
function trainingInputs(planned: TrialInPlan): Inputs {
  const views = read(planned.sessions, { train: 'train.safetensors', valid: 'valid.safetensors' });
  return planned.trial.settings.backbone.itemText === 'none' ? views : { ...views, ...itemInputs(planned) };
}

function warmUpStage({ trial, plan }: TrialInPlan, given: Inputs, own: JsonObject): PlannedStage {
  return plan(
    'warm-up',
    { ...backboneParameters(trial.settings, trial.protocol), ...trial.settings.warmUp, ...own },
    given,
  );
}

/** The warm-up of the trial's own profile seed, and where they are asked for those of the two halves. */
function profilingWarmUps(planned: TrialInPlan, given: Inputs): WarmUps {
  const { settings, seeds } = planned.trial;
  const own = { seedKind: 'profile', seed: seeds.profile ?? 1 };
  const halves = settings.selection.crossFit === 1 ? [] : [0, 1];
  return {
    whole: warmUpStage(planned, given, own),
    halves: halves.map((half) => warmUpStage(planned, given, { ...own, half })),
  };
}

function startStage(planned: TrialInPlan, given: Inputs): PlannedStage {
  return warmUpStage(planned, given, { seedKind: 'train', seed: planned.trial.seeds.train ?? 1 });
}

function intentStages(planned: TrialInPlan, given: Inputs): IntentStages {
  switch (planned.trial.settings.method) {
    case 'sprint':
    case 'auxiliary-only': {
      const warmUps = profilingWarmUps(planned, given);
      const { stages, inputs } = profilingStages(planned, warmUps);
      return { stages: [warmUps.whole, ...stages], inputs };
    }
    case 'category-intent':
      return categoryStages(planned);
    case 'backbone':
    case 'capacity-control':
    case 'popularity':
    case 'item-knn':
    case 'vs-knn':
    case 'llm-ranker':
      return NO_INTENTS;
  }
}

/** Only what has intents of a pool can be drawn with their names. */
function projectionStages(
  planned: TrialInPlan,
  training: PlannedStage,
  intents: IntentStages,
): readonly PlannedStage[] {
  const { pool } = intents.inputs;
  if (!planned.ground.hasProjection || pool === undefined) return [];
  const parameters = {
    sessions: PROJECTED_SESSIONS,
    maxLength: planned.trial.protocol.maxLength,
    seed: planned.trial.seeds.train ?? 1,
  };
  const inputs = { ...read(planned.sessions, { train: 'train.safetensors' }), pool };
  return [planned.plan('projection', parameters, { ...inputs, ...read(training, { model: 'model.safetensors' }) })];
}

/** As many as a picture can show and t-SNE lays out within a minute. */
const PROJECTED_SESSIONS = 1000;

function trainingParameters({ trial }: TrialInPlan): JsonObject {
  const { settings, protocol, seeds } = trial;
  const { epochs, batch, patience, from, learningRate, backboneLearningRate } = settings.training;
  const { start, ramp } = settings.enrichment;
  const shared = {
    method: settings.method,
    ...backboneParameters(settings, protocol),
    ...{ epochs, batch, patience, start, ramp },
    seed: seeds.train ?? 1,
  };
  const ofBackbone = from === 'scratch' ? null : backboneLearningRate;
  if (settings.method === 'backbone') return { ...shared, learningRate: ofBackbone ?? learningRate };
  const withIntents = { ...shared, learningRate, backboneLearningRate: ofBackbone };
  return settings.method === 'capacity-control'
    ? { ...withIntents, predictor: { ...settings.predictor, init: 'learned' }, intents: settings.intents.cap }
    : { ...withIntents, ...intentParameters(settings) };
}

/** The defaults stand for what the stage is given and does not read: arms that differ in nothing else are one training. */
const DEFAULTS = settingsSchema.parse({});

function intentParameters({ method, predictor, labels, enrichment, loss }: Settings): JsonObject {
  const { fusion } = method === 'auxiliary-only' ? DEFAULTS.predictor : predictor;
  return { predictor: { ...predictor, fusion }, labels, enrichment: enrichmentParameters(enrichment), loss };
}

function enrichmentParameters(enrichment: Settings['enrichment']): JsonObject {
  const { strategy, blend, teacher, confidence } = enrichment;
  if (strategy === 'none') return { strategy };
  const { neighbours, temperature } = strategy === 'self' ? DEFAULTS.enrichment : enrichment;
  return { strategy, neighbours, temperature, blend, teacher, confidence };
}

function backboneParameters({ backbone }: Settings, { maxLength }: ResolvedProtocol): JsonObject {
  const { kind, dimension, layers, heads, dropout, itemText } = backbone;
  return { backbone: { kind, dimension, layers, heads, dropout, itemText }, maxLength };
}
