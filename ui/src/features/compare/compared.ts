import type { BoardAnswer, BoardArm } from '#features/boards/http/experiments.schema.ts';

/** What every view of a comparison gets: two to eight arms on one data set, the first being what the others are held against. */
export interface Compared {
  readonly board: BoardAnswer;
  readonly arms: readonly BoardArm[];
}
