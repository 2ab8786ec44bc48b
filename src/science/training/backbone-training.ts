import { DomainError } from '#kernel/domain-error.ts';
import { rankingMetrics } from '#science/metrics/ranking-metrics.ts';
import { rankSessions } from '#science/metrics/session-ranks.ts';
import type { BatchRecommender } from '#science/models/recommender.ts';
import type { TrainedModel } from '#science/models/trained-model.ts';
import { copyOf } from '#science/models/weights.ts';
import { stream } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { type Checkpoint, encodeCheckpoint, type Notes } from './checkpoint.ts';
import { assertSomeEpochIsEligible, type BestEpoch, isBest, isOver, type StoppingRules } from './early-stopping.ts';
import type { EpochLessons } from './epoch-lessons.ts';
import { monitored } from './intent-training.ts';
import type { TaughtEpoch } from './teaching.ts';
import { batchesOf, type Window, windowsOf } from './training-batches.ts';
import { type ModelSettings, type ModelTraining, openTools, type TrainingTools } from './training-tools.ts';

export interface BackboneSettings extends StoppingRules, ModelSettings {}

export interface BackboneTraining extends ModelTraining {
  readonly valid: SessionView;
  readonly settings: BackboneSettings;
}

export interface EpochReport {
  readonly epoch: number;
  /** What is minimised, with all its parts: mean over all positions of the epoch, each at the weights before its step. */
  readonly loss: number;
  /** Full ranking of the last item, nothing masked. */
  readonly validNdcg20: number;
  /** Positions that were trained on. */
  readonly tokens: number;
  readonly isBest: boolean;
  /** What else was measured on the training sessions, by the names of metrics; nothing of a backbone alone. */
  readonly measures: Notes;
}

export interface EpochEnd {
  readonly report: EpochReport;
  readonly checkpoint: Uint8Array;
}

export interface TrainedBackbone extends TrainedModel {
  readonly best: BestEpoch;
  /** Epochs trained. */
  readonly epochs: number;
  /** What was noted up to the end of the best epoch. */
  readonly notes: Notes;
}

export class NonFiniteLossError extends DomainError<'LOSS_IS_NOT_FINITE'> {
  constructor(loss: number, { step, epoch }: { readonly step: number; readonly epoch: number }) {
    const good = epoch === 1 ? 'there is none yet' : `that of epoch ${epoch - 1}`;
    super(
      'LOSS_IS_NOT_FINITE',
      `The loss became ${String(loss)} in step ${step} of epoch ${epoch}. Last good checkpoint: ${good}. ` +
        `Lower the learning rate (a third of it is a good next try), or raise the batch.`,
    );
  }
}

/**
 * Trains a backbone, and with it the intent predictor that may stand on it: each epoch on all positions of all sessions, then judged
 * on the validation targets; the epoch with the best NDCG@20 is kept. Every trained method is this loop. Yields after each epoch,
 * and is stopped by not being asked for the next.
 * @throws NothingToTrainOnError, NoEligibleEpochError, NotEnoughMemoryError, CheckpointDoesNotFitError before the first step;
 * NonFiniteLossError.
 */
export async function* trainBackbone(training: BackboneTraining): AsyncGenerator<EpochEnd, TrainedBackbone> {
  const { settings } = training;
  const windows = windowsOf(training.train, settings.maxLength);
  assertSomeEpochIsEligible(settings);
  const tools = await openTools(training);
  let { epoch, notes, best } = tools.start;
  try {
    while (!isOver(epoch, best, settings)) {
      epoch += 1;
      const taught = await taughtEpoch(training, tools, { epoch, notes });
      const { tokens, loss, recommendationLoss } = await trainEpoch(training, tools, { epoch, windows, taught });
      const { state } = tools.trainer;
      const recommender = await tools.programs.recommender(state.parameters);
      const validNdcg20 = await ndcg20(recommender, training);
      const monitors = await monitored(recommender, tools.contexts.items);
      notes = { ...notes, ...taught?.notes };
      const candidate = { epoch, validNdcg20: settings.patience === 'off' ? null : validNdcg20 };
      const isNew = isBest(candidate, best, settings);
      if (isNew) best = { ...candidate, weights: copyOf(state.parameters), notes: { ...notes, ...monitors } };
      const losses = training.intents === undefined ? {} : { 'loss.rec': recommendationLoss };
      const measures = { ...losses, ...taught?.measures(), ...monitors };
      const report = { epoch, loss, validNdcg20, tokens, isBest: isNew, measures };
      yield { report, checkpoint: encodeCheckpoint({ epoch, state, notes, best }) };
    }
    const { weights, notes: kept, ...bestEpoch } = bestOf(best);
    return {
      shape: tools.shape,
      weights: await tools.programs.bake(weights),
      predictor: training.intents?.predictor ?? null,
      best: bestEpoch,
      epochs: epoch,
      notes: kept,
    };
  } finally {
    await tools.release();
  }
}

async function taughtEpoch(
  { settings: { seed, seedKind }, intents }: BackboneTraining,
  { teaching, programs, trainer }: TrainingTools,
  { epoch, notes }: { readonly epoch: number; readonly notes: Notes },
): Promise<TaughtEpoch | null> {
  if (teaching === null || intents === undefined) return null;
  return teaching.begin(epoch, {
    teacher: () => programs.predictor(trainer.state.teacher ?? {}),
    intents: intents.predictor.intents,
    chance: (name) => stream(seed, seedKind, `${name}/${epoch}`),
    notes,
  });
}

interface EpochWork {
  readonly epoch: number;
  readonly windows: readonly Window[];
  readonly taught: { readonly lessons: EpochLessons } | null;
}

async function trainEpoch(
  { train, settings }: BackboneTraining,
  { trainer }: TrainingTools,
  { epoch, windows, taught }: EpochWork,
): Promise<{ readonly tokens: number; readonly loss: number; readonly recommendationLoss: number }> {
  const { seed, seedKind, batch } = settings;
  const rng = stream(seed, seedKind, `batch/${epoch}`);
  let [step, tokens, sum, recommendationSum] = [0, 0, 0, 0];
  for (const sample of batchesOf(train, windows, { batch, rng })) {
    step += 1;
    const lesson = taught?.lessons.next() ?? null;
    const losses = await trainer.teach(sample, lesson, stream(seed, seedKind, `dropout/${epoch}/${step}`));
    const added = lesson === null ? 0 : taught!.lessons.record(losses.taught);
    const loss = losses.recommendation + added;
    if (!Number.isFinite(loss)) throw new NonFiniteLossError(loss, { step, epoch });
    const positions = sample.targets.reduce((count, { length }) => count + length, 0);
    tokens += positions;
    sum += loss * positions;
    recommendationSum += losses.recommendation * positions;
  }
  return { tokens, loss: sum / tokens, recommendationLoss: recommendationSum / tokens };
}

/** As every early stopping judges: the last item of each validation session among all items, nothing masked. */
async function ndcg20(recommender: BatchRecommender, { valid, settings }: BackboneTraining): Promise<number> {
  const rules = { evaluate: 'last', maskSeen: false, maxLength: settings.maxLength } as const;
  const ranking = rankSessions(recommender, valid, rules);
  for (;;) {
    const step = await ranking.next();
    if (step.done === true) return rankingMetrics(step.value.rank, [20])['ndcg@20']!;
  }
}

function bestOf(best: Checkpoint['best']): NonNullable<Checkpoint['best']> {
  if (best === null) throw new TypeError('A training ended without an epoch that may be kept.');
  return best;
}
