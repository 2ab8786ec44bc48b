import type { TensorOf } from '#science/tensors/tensor.ts';
import type { Scores } from './recommender.ts';

/**
 * Memory for the scores of many sessions, used again for each batch. It has one place more than scores: a row begins at the number
 * before its first score, which stands where padding's would.
 */
export class ScoreRows {
  #memory = new Float32Array(0);

  constructor(private readonly itemCount: number) {}

  /** (sessions, |V|): to be filled; the rows of the batch before are gone. */
  tensor(sessions: number): TensorOf<'F32'> {
    const length = 1 + sessions * this.itemCount;
    if (this.#memory.length < length) this.#memory = new Float32Array(length);
    return { dtype: 'F32', shape: [sessions, this.itemCount], data: this.#memory.subarray(1, length) };
  }

  /** What was filled, a row a session, from place 1 on. */
  rows(sessions: number): readonly Scores[] {
    return Array.from({ length: sessions }, (_, at) =>
      this.#memory.subarray(at * this.itemCount, (at + 1) * this.itemCount + 1),
    );
  }
}
