import type { StageFunction, StageInput, StageKind, StageRun } from './stage.ts';

/** As a method, so that each stage may ask for its own parameters: the plan hands it those it was validated with. */
interface StageModule {
  run(input: StageInput): StageRun;
}

/** Loaded on demand: the process of a stage reads the code of that stage only. */
const STAGES = {
  sessions: () => import('./sessions.ts'),
  baseline: () => import('./baseline.ts'),
  'warm-up': () => import('./warm-up.ts'),
  uncertainty: () => import('./uncertainty.ts'),
  selection: () => import('./selection.ts'),
  pool: () => import('./pool.ts'),
  'profiling-batch': () => import('./profiling-batch.ts'),
  'profiling-finalise': () => import('./profiling-finalise.ts'),
  probe: () => import('./probe.ts'),
  training: () => import('./training.ts'),
  projection: () => import('./projection.ts'),
  evaluation: () => import('./evaluation.ts'),
} as const satisfies Record<StageKind, () => Promise<StageModule>>;

export async function loadStage(kind: StageKind): Promise<StageFunction> {
  const stage: StageModule = await STAGES[kind]();
  return (input) => stage.run(input);
}
