import { adam, chain, clipByGlobalNorm, type Optimizer } from '#science/engine/optimizer.ts';
import type { TensorRuntime } from '#science/engine/runtime.port.ts';
import { type ItemText, withTextProjection } from '#science/models/item-text.ts';
import { initialSasrec, type SasrecShape } from '#science/models/sasrec.ts';
import { copyOf, type Weights } from '#science/models/weights.ts';
import { stream } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { type Checkpoint, decodeCheckpoint } from './checkpoint.ts';
import { type Contexts, contextsOf } from './contexts.ts';
import { type IntentTraining, learningRates, trainerSettingsOf, withPredictor } from './intent-training.ts';
import { assertMemorySuffices } from './memory.ts';
import { ModelPrograms } from './model-programs.ts';
import { needsTeacher, Teaching } from './teaching.ts';
import { Trainer } from './trainer.ts';

/** What a model is trained with, beside the rules of when to stop. */
export interface ModelSettings extends Omit<SasrecShape, 'itemCount'> {
  /** Where chance comes from: the train seed, or for a warm-up the profile seed. */
  readonly seed: number;
  readonly seedKind: 'train' | 'profile';
  readonly dropout: number;
  /** In sessions. */
  readonly batch: number;
  readonly learningRate: number;
}

/** What a model is trained from. */
export interface ModelTraining {
  readonly runtime: TensorRuntime;
  readonly train: SessionView;
  readonly settings: ModelSettings;
  /** The items' texts, which it then learns from too; the trained weights need them no more. */
  readonly itemText?: ItemText | undefined;
  /** The predictor that stands on the backbone; without one the backbone is trained alone. */
  readonly intents?: IntentTraining | undefined;
  /** Of the same training, to go on from: it ends in the same bits as one that was never interrupted. */
  readonly checkpoint?: Uint8Array;
  /** Weights of the backbone to start from instead of those of chance. */
  readonly initial?: Weights;
}

/** What a training works with, and where it starts. */
export interface TrainingTools {
  readonly shape: SasrecShape;
  readonly start: Checkpoint;
  readonly trainer: Trainer;
  readonly programs: ModelPrograms;
  readonly contexts: Contexts;
  /** `null` where no intent is taught. */
  readonly teaching: Teaching | null;
  release(): Promise<void>;
}

/** Catches the one step that would throw the weights away. */
const CLIP_NORM = 5;

/** @throws NotEnoughMemoryError, CheckpointDoesNotFitError */
export async function openTools(training: ModelTraining): Promise<TrainingTools> {
  const { runtime, settings, train, itemText: text, intents } = training;
  const shape = shapeOf(training);
  const contexts = contextsOf(train, settings.maxLength);
  assertFits(training, shape, contexts);
  const learningRate = learningRates(settings.learningRate, intents);
  const optimizer = chain(clipByGlobalNorm(CLIP_NORM), adam({ learningRate }));
  const start = startOf(training, shape, optimizer);
  const ofIntents = intents === undefined ? undefined : trainerSettingsOf(intents);
  const trainerSettings = { shape, text, optimizer, dropoutRate: settings.dropout, intents: ofIntents };
  const trainer = await Trainer.start(runtime, trainerSettings, start.state);
  const programs = await ModelPrograms.load(runtime, { shape, text, intents: ofIntents });
  const taught = intents?.teaching ?? null;
  const teaching =
    taught === null ? null : await Teaching.open(runtime, taught, { contexts, dimension: shape.dimension });
  const release = async (): Promise<void> => {
    await trainer.release();
    await programs.release();
    await teaching?.release();
  };
  return { shape, start, trainer, programs, contexts, teaching, release };
}

function shapeOf({ train, settings }: ModelTraining): SasrecShape {
  const { maxLength, dimension, layers, heads } = settings;
  return { itemCount: train.itemCount, maxLength, dimension, layers, heads };
}

function assertFits(
  { runtime, settings, itemText, intents }: ModelTraining,
  shape: SasrecShape,
  { items }: Contexts,
): void {
  const hasBank = intents?.teaching != null && needsTeacher(intents.teaching);
  const bank = hasBank ? { contexts: items.length, intents: intents.predictor.intents } : undefined;
  const textWidth = itemText?.shape[1] ?? 0;
  assertMemorySuffices(shape, { batch: settings.batch, textWidth, bank }, runtime.memoryBytes);
}

function startOf(
  { settings, itemText, intents, initial, checkpoint }: ModelTraining,
  shape: SasrecShape,
  optimizer: Optimizer,
): Checkpoint {
  const chance = stream(settings.seed, settings.seedKind, 'init');
  const backbone = initial ?? initialSasrec(shape, chance);
  const withText = itemText === undefined ? backbone : withTextProjection(backbone, itemText);
  const parameters = intents === undefined ? withText : withPredictor(withText, intents, chance);
  const hasTeacher = intents?.teaching != null && needsTeacher(intents.teaching);
  const state = {
    parameters: copyOf(parameters),
    optimizer: optimizer.init(parameters),
    ...(hasTeacher ? { teacher: copyOf(parameters) } : {}),
  };
  return checkpoint === undefined ? { epoch: 0, state, notes: {}, best: null } : decodeCheckpoint(checkpoint, state);
}
