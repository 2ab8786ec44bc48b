import type { Optimizer } from '#science/engine/optimizer.ts';
import type { Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import type { PredictorShape } from '#science/models/intent-predictor.ts';
import type { IntentText } from '#science/models/intent-text.ts';
import type { ItemText } from '#science/models/item-text.ts';
import { type PackedSessions, packSessions } from '#science/models/packed-sessions.ts';
import type { SasrecShape } from '#science/models/sasrec.ts';
import type { Rng } from '#science/random/stream.ts';
import { elementsOf, type Tensor, type TensorOf, type Tensors } from '#science/tensors/tensor.ts';
import { fillDropoutMask } from './dropout-masks.ts';
import { emptyLesson, type Lesson, lessonTensors } from './lesson.ts';
import {
  type Masks,
  namedState,
  sizesOf,
  type TrainingGraph,
  trainingGraph,
  type TrainingState,
} from './training-graph.ts';
import type { IntentGradient } from './training-loss.ts';

/** Sessions of a step: what the model sees, and at each position the item that came next. */
export interface TrainingBatch {
  readonly inputs: readonly Int32Array[];
  readonly targets: readonly Int32Array[];
}

export interface TrainerSettings {
  readonly shape: SasrecShape;
  /** Of the items, where the parameters have a projection of it. */
  readonly text?: ItemText | undefined;
  readonly optimizer: Optimizer;
  readonly dropoutRate: number;
  /** Of the intent predictor, where there is one. */
  readonly intents?: IntentTrainerSettings | undefined;
}

export interface IntentTrainerSettings {
  readonly predictor: PredictorShape;
  /** β (M) */
  readonly prior: TensorOf<'F32'>;
  /** Of the intents, where the parameters have a projection of it. */
  readonly text?: IntentText | undefined;
  readonly dropoutRate: number;
  /** Whether intents are taught, and how far that reaches. */
  readonly labels: { readonly gradient: IntentGradient } | null;
  /** μ of the teacher, where the state has one. */
  readonly teacherMomentum?: number | undefined;
}

/** Losses before a step. */
export interface StepLosses {
  /** L_rec: the mean over all positions. */
  readonly recommendation: number;
  /** (S): the cross-entropy of each session of the lesson. */
  readonly taught: Float32Array;
}

/**
 * Takes training steps. There are two copies of the state: a step reads one and writes the other, so that it allocates nothing
 * and the state before it is whole until it is done.
 */
export class Trainer {
  readonly #program: Program;
  readonly #masks: TrainingGraph['masks'];
  readonly #settings: TrainerSettings;
  /** What every step is given besides. */
  readonly #constants: Tensors;
  #state: TrainingState;
  #spare: TrainingState;
  readonly #maskMemory = { backbone: new Float32Array(0), predictor: new Float32Array(0) };

  private constructor(
    program: Program,
    masks: TrainingGraph['masks'],
    settings: TrainerSettings,
    state: TrainingState,
  ) {
    this.#program = program;
    this.#masks = masks;
    this.#settings = settings;
    this.#constants = settings.text === undefined ? {} : { text: settings.text };
    this.#state = state;
    this.#spare = structuredClone(state);
  }

  /** The state is the trainer's from here on. */
  static async start(runtime: TensorRuntime, settings: TrainerSettings, state: TrainingState): Promise<Trainer> {
    const { shape: backbone, optimizer, intents } = settings;
    const shape = { backbone, predictor: intents?.predictor ?? null, labels: intents?.labels ?? null };
    const { prior, text: intentText, teacherMomentum } = intents ?? {};
    const { model, masks } = trainingGraph({ shape, optimizer, prior, intentText, teacherMomentum }, state);
    return new Trainer(await runtime.load(model), masks, settings, state);
  }

  /** Valid until the next step. */
  get state(): TrainingState {
    return this.#state;
  }

  /** Takes a step, and gives the loss before it: the mean over all positions. `chance` decides what is dropped. */
  async step(batch: TrainingBatch, chance: Rng): Promise<number> {
    return (await this.teach(batch, null, chance)).recommendation;
  }

  /** Takes a step in which the predictor is taught intents too. */
  async teach({ inputs, targets }: TrainingBatch, given: Lesson | null, chance: Rng): Promise<StepLosses> {
    const taught = this.#taught(inputs, given);
    const packed = packSessions([...inputs, ...taught.contexts]);
    const loss: TensorOf<'F32'> = { dtype: 'F32', shape: [], data: new Float32Array(1) };
    const next = rowsOf(targets);
    const sizes = { ...taught.sizes, ...sizesOfBatch(packed), main: next.data.length };
    await this.#program.run(
      {
        ...this.#constants,
        ...namedState(this.#state),
        ...packed,
        ...taught.inputs,
        targets: next,
        ...this.#drawMasks(sizes, chance),
      },
      { loss, ...taught.outputs, ...namedState(this.#spare, 'next.') },
    );
    [this.#state, this.#spare] = [this.#spare, this.#state];
    return { recommendation: loss.data[0]!, taught: taught.losses };
  }

  release(): Promise<void> {
    return this.#program.release();
  }

  /** What a program that teaches is given and gives besides. */
  #taught(main: readonly Int32Array[], given: Lesson | null): Taught {
    const { intents } = this.#settings;
    if (intents?.labels == null)
      return { contexts: [], sizes: {}, inputs: {}, outputs: {}, losses: new Float32Array(0) };
    const count = intents.predictor.intents;
    const lesson = given ?? emptyLesson(main, count);
    const losses = new Float32Array(lesson.weights.length);
    return {
      contexts: lesson.contexts,
      sizes: { taught: losses.length },
      inputs: { ...lessonTensors(main, lesson, count) },
      outputs: { taughtLosses: { dtype: 'F32', shape: [losses.length], data: losses } },
      losses,
    };
  }

  /**
   * The predictor's are drawn apart: those of the backbone are the same with a predictor that is not taught and without one. With
   * one that is they are others, because the contexts of a lesson, of an empty one too, are packed with the batch and have masks.
   */
  #drawMasks(sizes: Readonly<Record<string, number>>, chance: Rng): Tensors {
    const { dropoutRate, intents } = this.#settings;
    return {
      ...this.#fill('backbone', { sizes, rate: dropoutRate, chance }),
      ...(intents === undefined
        ? {}
        : this.#fill('predictor', { sizes, rate: intents.dropoutRate, chance: chance.split('predictor') })),
    };
  }

  #fill(part: keyof TrainingGraph['masks'], { sizes, rate, chance }: Draw): Tensors {
    const shapes = shapesOf(this.#masks[part], sizes);
    const total = shapes.reduce((sum, [, shape]) => sum + elementsOf(shape), 0);
    if (this.#maskMemory[part].length < total) this.#maskMemory[part] = new Float32Array(total);
    const memory = this.#maskMemory[part];
    fillDropoutMask(memory.subarray(0, total), rate, chance);
    let end = 0;
    const maskOf = (shape: readonly number[]): Tensor => {
      const begin = end;
      end += elementsOf(shape);
      return { dtype: 'F32', shape, data: memory.subarray(begin, end) };
    };
    return Object.fromEntries(shapes.map(([name, shape]) => [name, maskOf(shape)]));
  }
}

interface Taught {
  readonly contexts: readonly Int32Array[];
  readonly sizes: Readonly<Record<string, number>>;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: Tensors;
  readonly losses: Float32Array;
}

interface Draw {
  readonly sizes: Readonly<Record<string, number>>;
  readonly rate: number;
  readonly chance: Rng;
}

function shapesOf(
  masks: Masks,
  sizes: Readonly<Record<string, number>>,
): readonly (readonly [name: string, shape: readonly number[]])[] {
  return Object.entries(masks).map(([name, shape]) => [name, sizesOf(shape, sizes)] as const);
}

/** The rows of the items in the table, one session after the other. */
function rowsOf(sessions: readonly Int32Array[]): TensorOf<'I64'> {
  const data = BigInt64Array.from(sessions.flatMap((items) => Array.from(items, (item) => BigInt(item - 1))));
  return { dtype: 'I64', shape: [data.length], data };
}

function sizesOfBatch({ items, slots }: PackedSessions): Readonly<Record<string, number>> {
  return { tokens: items.data.length, batch: slots.shape[0]!, length: slots.shape[1]! };
}
