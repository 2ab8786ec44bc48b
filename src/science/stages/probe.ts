import type { LoopParameters } from './stage-profiling.ts';
import type { StageFunction } from './stage.ts';

export type ProbeParameters = LoopParameters &
  Readonly<{
    /** Sessions whose prediction is asked for with random intents of the pool. */
    randomIntents: number;
    /** Sessions, stratified by decile of the uncertainty, on which it is measured what intents help. */
    benefit: number;
  }>;

/** As a batch of profiling, with the initial pool, and for the benefit `uncertainty`, to `probe.json`: outside any budget. */
export const run: StageFunction<ProbeParameters> = function* () {
  throw new Error('in work');
};
