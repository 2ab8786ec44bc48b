import type { StageFunction } from './stage.ts';

export type ProjectionParameters = Readonly<{
  /** Training sessions that are drawn, at most. */
  sessions: number;
  /** Items that the model sees. */
  maxLength: number;
  seed: number;
}>;

/** `train`, `model` (of the training) and `pool` to `projection.json` and `projection.svg`. */
export const run: StageFunction<ProjectionParameters> = function* () {
  throw new Error('in work');
};
