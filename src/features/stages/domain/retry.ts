import type { StageFailure } from './stage.ts';

/** Tries that a stage has when its processes meet mishaps. */
const TRIES = 3;
/** Before the second try, in milliseconds; each further one waits so many times longer. */
const FIRST_PAUSE_MS = 1_000;
const LONGER = 4;

/**
 * How long a stage waits before it is tried again; `null` when it has failed.
 * @param failures mishaps so far, this one included
 */
export function pauseBeforeRetry({ isRefusal }: Pick<StageFailure, 'isRefusal'>, failures: number): number | null {
  return isRefusal || failures >= TRIES ? null : FIRST_PAUSE_MS * LONGER ** (failures - 1);
}
