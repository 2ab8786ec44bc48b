import type { BoardAnswer, BoardArm } from '#features/boards/http/experiments.schema.ts';
import { shownDataset } from '../../lib/shown-dataset.ts';

export interface ShownArms {
  readonly dataset: string;
  readonly arms: readonly BoardArm[];
  readonly baseline: BoardArm | null;
  /** With a result, the largest mean. */
  readonly best: BoardArm | null;
}

/** The arms of the data set that is shown. */
export function shownArms(board: BoardAnswer, wanted: string | undefined): ShownArms {
  const { dataset } = shownDataset(board, wanted);
  const arms = board.arms.filter((arm) => arm.dataset === dataset);
  const baseline = arms.find(({ name }) => name === board.baseline) ?? null;
  const best = arms.reduce<BoardArm | null>(
    (top, arm) => ((arm.mean ?? -Infinity) > (top?.mean ?? -Infinity) ? arm : top),
    null,
  );
  return { dataset, arms, baseline, best };
}
