import type { LoopParameters } from './stage-profiling.ts';
import type { StageFunction } from './stage.ts';

/** Where profiling stops before the end of the order; the session that crosses the number is the last. */
export type ProfilingBudget =
  Readonly<{ calls: number }> | Readonly<{ tokens: number }> | Readonly<{ acceptedLabels: number }>;

export type ProfilingBatchParameters = LoopParameters &
  Readonly<{
    /** Places of the order, from `from` up to, not including, `to`. */
    from: number;
    to: number;
    budget: ProfilingBudget | null;
  }>;

/**
 * `train`, `items`, `catalogue`, `order`, `negatives`, `pool` (of the pool or of the batch before), where there are any
 * `synonyms`, and with a budget the `spent` (`batch.json`) of the batch before, to `pool.json`, `profiles.jsonl` and `batch.json`.
 */
export const run: StageFunction<ProfilingBatchParameters> = function* () {
  throw new Error('in work');
};
