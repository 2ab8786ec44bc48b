import { DomainError } from '#kernel/domain-error.ts';
import { adam, chain, clipByGlobalNorm, type Optimizer } from '#science/engine/optimizer.ts';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { rankingMetrics } from '#science/metrics/ranking-metrics.ts';
import { rankSessions } from '#science/metrics/session-ranks.ts';
import { type ItemText, loadBaking, withTextProjection } from '#science/models/item-text.ts';
import type { BatchRecommender } from '#science/models/recommender.ts';
import type { TrainedSasrec } from '#science/models/sasrec-file.ts';
import { SasrecPrograms } from '#science/models/sasrec-recommender.ts';
import { initialSasrec, type SasrecShape } from '#science/models/sasrec.ts';
import { copyOf, type Weights } from '#science/models/weights.ts';
import { stream } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { assertSomeEpochIsEligible, type BestEpoch, isBest, isOver, type StoppingRules } from './early-stopping.ts';
import { assertMemorySuffices } from './memory.ts';
import { batchesOf, type Window, windowsOf } from './training-batches.ts';
import { Trainer } from './trainer.ts';

export interface BackboneSettings extends StoppingRules, Omit<SasrecShape, 'itemCount'> {
  /** Where chance comes from: the train seed, or for a warm-up the profile seed. */
  readonly seed: number;
  readonly seedKind: 'train' | 'profile';
  readonly dropout: number;
  /** In sessions. */
  readonly batch: number;
  readonly learningRate: number;
}

export interface BackboneTraining {
  readonly runtime: TensorRuntime;
  readonly train: SessionView;
  readonly valid: SessionView;
  readonly settings: BackboneSettings;
  /** The items' texts, which it then learns from too; the trained weights need them no more. */
  readonly itemText?: ItemText | undefined;
  /** Of the same training, to go on from: it ends in the same bits as one that was never interrupted. */
  readonly checkpoint?: Uint8Array;
  /** Weights to start from instead of those of chance. */
  readonly initial?: Weights;
}

export interface EpochReport {
  readonly epoch: number;
  /** Mean over all positions of the epoch, each at the weights before its step. */
  readonly loss: number;
  /** Full ranking of the last item, nothing masked. */
  readonly validNdcg20: number;
  /** Positions that were trained on. */
  readonly tokens: number;
  readonly isBest: boolean;
}

export interface EpochEnd {
  readonly report: EpochReport;
  readonly checkpoint: Uint8Array;
}

export interface TrainedBackbone extends TrainedSasrec {
  readonly best: BestEpoch;
  /** Epochs trained. */
  readonly epochs: number;
}

/** Catches the one step that would throw the weights away. */
const CLIP_NORM = 5;

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
 * Trains the backbone: each epoch on all positions of all sessions, then judged on the validation targets; the epoch with the
 * best NDCG@20 is kept. Yields after each epoch, and is stopped by not being asked for the next.
 * @throws NothingToTrainOnError, NoEligibleEpochError, NotEnoughMemoryError, CheckpointDoesNotFitError before the first step;
 * NonFiniteLossError.
 */
export async function* trainBackbone(training: BackboneTraining): AsyncGenerator<EpochEnd, TrainedBackbone> {
  const { runtime, train, settings, itemText: text } = training;
  const windows = windowsOf(train, settings.maxLength);
  const shape = shapeOf(training);
  assertSomeEpochIsEligible(settings);
  assertMemorySuffices(shape, { batch: settings.batch, textWidth: text?.shape[1] ?? 0 }, runtime.memoryBytes);
  const optimizer = chain(clipByGlobalNorm(CLIP_NORM), adam({ learningRate: settings.learningRate }));
  const start = startOf(training, optimizer);
  const trainer = await Trainer.start(runtime, { shape, text, optimizer, dropoutRate: settings.dropout }, start.state);
  const programs = await SasrecPrograms.load(runtime, shape);
  const baking = await loadBaking(runtime, text, shape.dimension);
  let { epoch, best } = start;
  try {
    while (!isOver(epoch, best, settings)) {
      epoch += 1;
      const trained = await trainEpoch(trainer, windows, training, epoch);
      const { state } = trainer;
      const recommender = programs.recommender(await baking.bake(state.parameters));
      const candidate = { epoch, validNdcg20: await ndcg20(recommender, training) };
      const isNew = isBest(candidate, best, settings);
      if (isNew) best = { ...candidate, weights: copyOf(state.parameters) };
      const report = { ...candidate, ...trained, isBest: isNew };
      yield { report, checkpoint: encodeCheckpoint({ epoch, state, best }) };
    }
    const { weights, ...kept } = bestOf(best);
    return { shape, weights: await baking.bake(weights), best: kept, epochs: epoch };
  } finally {
    await trainer.release();
    await programs.release();
    await baking.release();
  }
}

function shapeOf({ train, settings }: BackboneTraining): SasrecShape {
  const { maxLength, dimension, layers, heads } = settings;
  return { itemCount: train.itemCount, maxLength, dimension, layers, heads };
}

function startOf(training: BackboneTraining, optimizer: Optimizer): Checkpoint {
  const { seed, seedKind } = training.settings;
  const weights = training.initial ?? initialSasrec(shapeOf(training), stream(seed, seedKind, 'init'));
  const initial = training.itemText === undefined ? weights : withTextProjection(weights, training.itemText);
  const state = { parameters: copyOf(initial), optimizer: optimizer.init(initial) };
  return training.checkpoint === undefined
    ? { epoch: 0, state, best: null }
    : decodeCheckpoint(training.checkpoint, state);
}

async function trainEpoch(
  trainer: Trainer,
  windows: readonly Window[],
  { train, settings }: BackboneTraining,
  epoch: number,
): Promise<Pick<EpochReport, 'loss' | 'tokens'>> {
  const { seed, seedKind, batch } = settings;
  const rng = stream(seed, seedKind, `batch/${epoch}`);
  let [step, tokens, sum] = [0, 0, 0];
  for (const sample of batchesOf(train, windows, { batch, rng })) {
    step += 1;
    const loss = await trainer.step(sample, stream(seed, seedKind, `dropout/${epoch}/${step}`));
    if (!Number.isFinite(loss)) throw new NonFiniteLossError(loss, { step, epoch });
    const positions = sample.targets.reduce((count, { length }) => count + length, 0);
    tokens += positions;
    sum += loss * positions;
  }
  return { loss: sum / tokens, tokens };
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
