import { lastRows } from '#science/models/packed-sessions.ts';
import type { TensorOf } from '#science/tensors/tensor.ts';

/** Sessions whose intents a step teaches. */
export interface Lesson {
  /** (S): what the model sees of each, at least one item. */
  readonly contexts: readonly Int32Array[];
  /** (S, M): what is taught of each. */
  readonly distributions: Float32Array;
  /** (S): how much each counts in the loss. */
  readonly weights: Float32Array;
}

/** What a training program reads of a step's lesson. */
export interface LessonTensors {
  readonly main: TensorOf<'I64'>;
  readonly taught: TensorOf<'I64'>;
  readonly distributions: TensorOf<'F32'>;
  readonly weights: TensorOf<'F32'>;
}

/** The tensors of a lesson of M intents whose sessions come after the main ones. */
export function lessonTensors(main: readonly Int32Array[], lesson: Lesson, intents: number): LessonTensors {
  const tokens = main.reduce((sum, { length }) => sum + length, 0);
  const ends = lastRows([...main, ...lesson.contexts]).data.subarray(main.length);
  const taught = lesson.contexts.length;
  return {
    main: { dtype: 'I64', shape: [tokens], data: BigInt64Array.from({ length: tokens }, (_, row) => BigInt(row)) },
    taught: { dtype: 'I64', shape: [taught], data: ends },
    distributions: { dtype: 'F32', shape: [taught, intents], data: lesson.distributions },
    weights: { dtype: 'F32', shape: [taught], data: lesson.weights },
  };
}

/** Nothing is taught: one session of the main ones again, which counts nothing, since a program has no rows of none. */
export function emptyLesson(main: readonly Int32Array[], intents: number): Lesson {
  return {
    contexts: main.slice(0, 1).map((items) => items.subarray(0, 1)),
    distributions: new Float32Array(intents).fill(1 / intents),
    weights: new Float32Array(1),
  };
}
