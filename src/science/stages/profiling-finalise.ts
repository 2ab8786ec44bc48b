import type { StageFunction } from './stage.ts';

export type ProfilingFinaliseParameters = Readonly<{
  minSupport: number;
  mergeAt: number;
  mapAt: number;
  cap: number;
  source: 'pool' | 'free-text';
  attempts: number;
  candidates: number;
  successRank: number;
}>;

/** `train`, `pool` and the `profiles0000`, `profiles0001`, … of the batches to `pool.json`, `labels.safetensors` and `profiling.json`. */
export const run: StageFunction<ProfilingFinaliseParameters> = function* () {
  throw new Error('in work');
};
