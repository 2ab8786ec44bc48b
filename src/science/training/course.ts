import type { Rng } from '#science/random/stream.ts';

/** Sessions that are taught intents throughout an epoch, some of them each step. */
export interface CourseSettings {
  /** Places among the contexts, at least one. */
  readonly members: Int32Array;
  /** The most of them a step. */
  readonly batch: number;
  /** In which order they take turns. */
  readonly rng: Rng;
  /** What is taught of a member, (M). */
  readonly distributionOf: (context: number) => Float32Array;
  /** By what its cross-entropy is multiplied. */
  readonly importanceOf: (context: number) => number;
  /** λ of the mean over a step's members. */
  readonly lambda: number;
}

/** A course as it is taken: who comes next, and how it went so far. */
export class Course {
  readonly #turns: Generator<Int32Array, never>;
  readonly size: number;
  #present: Int32Array = new Int32Array(0);
  #steps = 0;
  #sum = 0;

  constructor(readonly settings: CourseSettings) {
    this.size = Math.min(settings.batch, settings.members.length);
    this.#turns = turnsOf(settings.members, this.size, settings.rng);
  }

  /** The members of the next step. */
  next(): Int32Array {
    this.#steps += 1;
    this.#present = this.#turns.next().value;
    return this.#present;
  }

  /** How much the cross-entropy of a member counts in the loss of a step. */
  weightOf(context: number): number {
    return (this.settings.lambda * this.settings.importanceOf(context)) / this.size;
  }

  /** Notes the cross-entropies of those present, and gives what they add to the loss. */
  record(crossEntropies: Float32Array): number {
    const mean = crossEntropies.reduce(
      (sum, entropy, at) => sum + (this.settings.importanceOf(this.#present[at]!) * entropy) / this.size,
      0,
    );
    this.#sum += mean;
    return this.settings.lambda * mean;
  }

  /** Mean over the steps of what is minimised, without λ. */
  get loss(): number {
    return this.#sum / this.#steps;
  }

  /** How often each member came, in the mean. */
  get passes(): number {
    return (this.#steps * this.size) / this.settings.members.length;
  }
}

/** All members by turns, in another order of chance each time that all have come. */
function* turnsOf(members: Int32Array, size: number, rng: Rng): Generator<Int32Array, never> {
  const order = members.slice();
  for (let at = order.length; ;) {
    const turn = new Int32Array(size);
    for (let place = 0; place < size; place++) {
      if (at === order.length) {
        rng.shuffle(order);
        at = 0;
      }
      turn[place] = order[at++]!;
    }
    yield turn;
  }
}
