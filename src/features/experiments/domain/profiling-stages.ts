import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { JsonObject } from '#kernel/json.ts';
import { itemInputs, read, type Inputs, type TrialInPlan } from './planned-stages.ts';
import type { Settings } from './manifest-schema.ts';

/** Sessions of a batch. Batches end at fixed multiples, so that a ratio is a prefix of every larger one (science C.5). */
const BATCH = 64;
/** The longest answer of a language model, in tokens (science C.6). */
const ANSWER_TOKENS = 256;
/** No prompt is shorter: it bounds from above how many sessions a budget of tokens can reach. */
const FEWEST_TOKENS = 100;

/** What training reads of intents, and the stages that make it, inputs first. */
export interface IntentStages {
  readonly stages: readonly PlannedStage[];
  readonly inputs: Inputs;
}

/** Categories in the place of intents, and labels for all sessions: nobody is asked (science C.11). */
export function categoryStages(planned: TrialInPlan): IntentStages {
  const parameters = { source: 'categories', initial: planned.trial.settings.intents.initial };
  const pool = planned.plan('pool', parameters, { ...trainInput(planned), ...itemInputs(planned) });
  return { stages: [pool], inputs: read(pool, { pool: 'pool.json', labels: 'labels.safetensors' }) };
}

/**
 * The pool, the order of the hard sessions, the chain of batches along it and its end. With nothing to profile, the initial
 * pool without labels.
 */
export function profilingStages(planned: TrialInPlan, warmUps: WarmUps): IntentStages {
  const pool = poolStage(planned, warmUps.whole);
  const count = sessionCount(planned.trial.settings, planned.ground.eligibleSessions);
  if (count === 0) return { stages: [pool], inputs: read(pool, { pool: 'pool.json' }) };
  const scored = uncertaintyStage(planned, warmUps);
  const order = selectionStage(planned, scored);
  const batches = batchStages(planned, { pool, order, count });
  const finalise = finaliseStage(planned, batches);
  const scores = readsUncertainty(planned.trial.settings) ? [...warmUps.halves, scored] : [];
  return {
    stages: [pool, ...scores, order, ...batches, finalise, ...probeStages(planned, pool, scored)],
    inputs: read(finalise, { pool: 'pool.json', labels: 'labels.safetensors' }),
  };
}

/** An order of chance, or of length, needs no scores. */
function readsUncertainty({ selection, probe }: Settings): boolean {
  return ['uncertainty', 'random-matched'].includes(selection.strategy) || probe.benefit > 0;
}

/** The warm-up of the profile seed, and for cross-fitting those of the two halves. */
export interface WarmUps {
  readonly whole: PlannedStage;
  readonly halves: readonly PlannedStage[];
}

/** The uncertainty of the test sessions, the same for all arms, for results by decile: nothing that trains reads it. */
export function testUncertaintyStage(planned: TrialInPlan, warmUp: PlannedStage): PlannedStage {
  const parameters: JsonObject = {
    of: 'test',
    maxLength: planned.trial.protocol.maxLength,
    sessionEntropy: 'spectral',
    lengthNormalised: false,
    topK: null,
    crossFit: 1,
    seed: planned.ground.scheduleSeed,
  };
  const inputs = { ...read(planned.sessions, { sessions: 'test.safetensors' }), ...modelInput(warmUp) };
  return planned.plan('uncertainty', parameters, inputs);
}

/** How many sessions along the order are profiled at most. */
function sessionCount({ selection, profiling }: Settings, eligible: number): number {
  const { budget } = selection;
  if (budget === null) return Math.ceil(round(selection.ratio * eligible));
  if ('sessions' in budget) return Math.min(budget.sessions, eligible);
  // An attempt whose intents cannot be read ends without a prediction.
  const callsEach = profiling.validate && profiling.attempts > 1 ? 2 : 1;
  if ('calls' in budget) return Math.min(Math.ceil(budget.calls / callsEach), eligible);
  if ('tokens' in budget) return Math.min(Math.ceil(budget.tokens / (callsEach * FEWEST_TOKENS)), eligible);
  return eligible;
}

/** .07 × 100 is 7.000000000000001 in binary; a share of sessions is meant as it is written. */
function round(number: number): number {
  return Number(number.toPrecision(12));
}

function poolStage(planned: TrialInPlan, warmUp: PlannedStage): PlannedStage {
  const { intents } = planned.trial.settings;
  const isPool = intents.source === 'pool';
  const parameters: JsonObject = {
    source: 'llm',
    initial: isPool ? Math.min(intents.initial, intents.cap) : 0,
    mergeAt: intents.mergeAt,
    llm: llmParameters(planned),
    maxLength: planned.trial.protocol.maxLength,
    seed: profileSeed(planned),
  };
  return planned.plan('pool', parameters, { ...askingInputs(planned), ...modelInput(warmUp) });
}

function uncertaintyStage(planned: TrialInPlan, { whole, halves }: WarmUps): PlannedStage {
  const { selection } = planned.trial.settings;
  const { sessionEntropy, lengthNormalised, predictionEntropy, topK, crossFit } = selection;
  const parameters: JsonObject = {
    of: 'train',
    maxLength: planned.trial.protocol.maxLength,
    sessionEntropy,
    lengthNormalised,
    topK: predictionEntropy === 'full' ? null : topK,
    crossFit,
    seed: profileSeed(planned),
  };
  const models = crossFit === 1 ? modelInput(whole) : halfInputs(halves);
  const inputs = { ...read(planned.sessions, { sessions: 'train.safetensors' }), ...models };
  return planned.plan(
    'uncertainty',
    parameters,
    sessionEntropy === 'category' ? { ...inputs, ...itemInputs(planned) } : inputs,
  );
}

function selectionStage(planned: TrialInPlan, scored: PlannedStage): PlannedStage {
  const { strategy, combine, k, explore } = planned.trial.settings.selection;
  const train = trainInput(planned);
  const seed = profileSeed(planned);
  switch (strategy) {
    case 'longest':
      return planned.plan('selection', { strategy }, train);
    case 'random':
      return planned.plan('selection', { strategy, seed }, train);
    case 'uncertainty':
    case 'random-matched':
      return planned.plan(
        'selection',
        // The constant is that of rank fusion alone.
        { strategy, combine, k: combine === 'rrf' ? k : 0, explore, seed },
        { ...train, ...read(scored, { uncertainty: 'uncertainty.safetensors' }) },
      );
  }
}

interface ChainStart {
  readonly pool: PlannedStage;
  readonly order: PlannedStage;
  readonly count: number;
}

/** Each batch reads the pool that the one before left, and with a budget what was spent. */
function batchStages(planned: TrialInPlan, { pool, order, count }: ChainStart): readonly PlannedStage[] {
  const { budget } = planned.trial.settings.selection;
  const isOpen = budget !== null && !('sessions' in budget);
  const parameters = { ...loopParameters(planned), budget: isOpen ? budget : null };
  const fixed = {
    ...askingInputs(planned),
    ...read(order, { order: 'order.safetensors' }),
    ...read(pool, { negatives: 'negatives.safetensors' }),
  };
  const batches: PlannedStage[] = [];
  for (let from = 0; from < count; from += BATCH) {
    const before = batches.at(-1);
    const left = read(before ?? pool, { pool: 'pool.json' });
    const spent = before !== undefined && isOpen ? read(before, { spent: 'batch.json' }) : {};
    const to = Math.min(from + BATCH, count);
    batches.push(planned.plan('profiling-batch', { ...parameters, from, to }, { ...fixed, ...left, ...spent }));
  }
  return batches;
}

function finaliseStage(planned: TrialInPlan, batches: readonly PlannedStage[]): PlannedStage {
  const { intents, profiling } = planned.trial.settings;
  const { minSupport, mergeAt, mapAt, cap, source } = intents;
  const { attempts, candidates, successRank } = profiling;
  const profiles = batches.map((batch, at) =>
    read(batch, { [`profiles${String(at).padStart(4, '0')}`]: 'profiles.jsonl' }),
  );
  const last = batches.at(-1);
  const inputs = Object.assign({}, trainInput(planned), ...profiles) as Inputs;
  return planned.plan(
    'profiling-finalise',
    { minSupport, mergeAt, mapAt, cap, source, attempts, candidates, successRank },
    last === undefined ? inputs : { ...inputs, ...read(last, { pool: 'pool.json' }) },
  );
}

/** Nothing reads a probe: it says what acceptance, and uncertainty, are worth. */
function probeStages(planned: TrialInPlan, pool: PlannedStage, scored: PlannedStage): readonly PlannedStage[] {
  const { randomIntents, benefit } = planned.trial.settings.probe;
  // Free text has no pool from which intents could be drawn.
  const drawn = planned.trial.settings.intents.source === 'pool' ? randomIntents : 0;
  if (drawn === 0 && benefit === 0) return [];
  const inputs = { ...askingInputs(planned), ...read(pool, { pool: 'pool.json', negatives: 'negatives.safetensors' }) };
  const parameters = { ...loopParameters(planned), randomIntents: drawn, benefit };
  const ranked = benefit === 0 ? {} : read(scored, { uncertainty: 'uncertainty.safetensors' });
  return [planned.plan('probe', parameters, { ...inputs, ...ranked })];
}

function loopParameters(planned: TrialInPlan): JsonObject {
  const { intents, profiling } = planned.trial.settings;
  const { attempts, candidates, successRank, maxIntents, validate, requireGain, revealTarget } = profiling;
  const { source, cap, mergeAt, mapAt } = intents;
  return {
    llm: llmParameters(planned),
    ...{ attempts, candidates, successRank, maxIntents, validate, requireGain, revealTarget },
    ...{ source, cap, mergeAt, mapAt },
    seed: profileSeed(planned),
  };
}

function llmParameters({ trial, ground }: TrialInPlan): JsonObject {
  const { llm, temperature } = trial.settings.profiling;
  return { ...ground.llm(llm), temperature, maxTokens: ANSWER_TOKENS };
}

/** What a stage reads that asks a language model: sessions, the texts of their items, and what a simulated one knows of words. */
function askingInputs(planned: TrialInPlan): Inputs {
  const { synonyms } = planned.ground.files;
  const known: Inputs = synonyms === null ? {} : { synonyms: { from: 'dataset', hash: synonyms } };
  return { ...trainInput(planned), ...itemInputs(planned), ...known };
}

function trainInput({ sessions }: TrialInPlan): Inputs {
  return read(sessions, { train: 'train.safetensors' });
}

function modelInput(warmUp: PlannedStage): Inputs {
  return read(warmUp, { model: 'model.safetensors' });
}

function halfInputs(halves: readonly PlannedStage[]): Inputs {
  return Object.assign({}, ...halves.map((half, at) => read(half, { [`model${at}`]: 'model.safetensors' }))) as Inputs;
}

function profileSeed({ trial }: TrialInPlan): number {
  return trial.seeds.profile ?? 1;
}
