import type { Shape } from '#science/engine/graph.ts';
import type { Optimizer } from '#science/engine/optimizer.ts';
import type { Program, TensorRuntime } from '#science/engine/runtime.port.ts';
import type { ItemText } from '#science/models/item-text.ts';
import { type PackedSessions, packSessions } from '#science/models/packed-sessions.ts';
import type { SasrecShape } from '#science/models/sasrec.ts';
import type { Rng } from '#science/random/stream.ts';
import { elementsOf, type Tensor, type TensorOf, type Tensors } from '#science/tensors/tensor.ts';
import { fillDropoutMask } from './dropout-masks.ts';
import { namedState, sizesOf, trainingGraph, type TrainingState } from './training-graph.ts';

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
}

/**
 * Takes training steps. There are two copies of the state: a step reads one and writes the other, so that it allocates nothing
 * and the state before it is whole until it is done.
 */
export class Trainer {
  readonly #program: Program;
  readonly #masks: Readonly<Record<string, Shape>>;
  readonly #dropoutRate: number;
  /** What every step is given besides. */
  readonly #constants: Tensors;
  #state: TrainingState;
  #spare: TrainingState;
  #maskMemory = new Float32Array(0);

  private constructor(
    program: Program,
    masks: Readonly<Record<string, Shape>>,
    { dropoutRate, text }: TrainerSettings,
    state: TrainingState,
  ) {
    this.#program = program;
    this.#masks = masks;
    this.#dropoutRate = dropoutRate;
    this.#constants = text === undefined ? {} : { text };
    this.#state = state;
    this.#spare = structuredClone(state);
  }

  /** The state is the trainer's from here on. */
  static async start(runtime: TensorRuntime, settings: TrainerSettings, state: TrainingState): Promise<Trainer> {
    const { model, masks } = trainingGraph(settings.shape, settings.optimizer, state);
    return new Trainer(await runtime.load(model), masks, settings, state);
  }

  /** Valid until the next step. */
  get state(): TrainingState {
    return this.#state;
  }

  /** Takes a step, and gives the loss before it: the mean over all positions. `chance` decides what is dropped. */
  async step({ inputs, targets }: TrainingBatch, chance: Rng): Promise<number> {
    const packed = packSessions(inputs);
    const loss: TensorOf<'F32'> = { dtype: 'F32', shape: [], data: new Float32Array(1) };
    await this.#program.run(
      {
        ...this.#constants,
        ...namedState(this.#state),
        ...packed,
        targets: rowsOf(targets),
        ...this.#drawMasks(packed, chance),
      },
      { loss, ...namedState(this.#spare, 'next.') },
    );
    [this.#state, this.#spare] = [this.#spare, this.#state];
    return loss.data[0]!;
  }

  release(): Promise<void> {
    return this.#program.release();
  }

  #drawMasks({ items, slots }: PackedSessions, chance: Rng): Tensors {
    const known = { tokens: items.data.length, batch: slots.shape[0]!, length: slots.shape[1]! };
    const shapes = Object.entries(this.#masks).map(([name, shape]) => [name, sizesOf(shape, known)] as const);
    const total = shapes.reduce((sum, [, shape]) => sum + elementsOf(shape), 0);
    if (this.#maskMemory.length < total) this.#maskMemory = new Float32Array(total);
    fillDropoutMask(this.#maskMemory.subarray(0, total), this.#dropoutRate, chance);
    let end = 0;
    const maskOf = (shape: readonly number[]): Tensor => {
      const begin = end;
      end += elementsOf(shape);
      return { dtype: 'F32', shape, data: this.#maskMemory.subarray(begin, end) };
    };
    return Object.fromEntries(shapes.map(([name, shape]) => [name, maskOf(shape)]));
  }
}

/** The rows of the items in the table, one session after the other. */
function rowsOf(sessions: readonly Int32Array[]): TensorOf<'I64'> {
  const data = BigInt64Array.from(sessions.flatMap((items) => Array.from(items, (item) => BigInt(item - 1))));
  return { dtype: 'I64', shape: [data.length], data };
}
