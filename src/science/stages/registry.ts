import type { StageFunction, StageInput, StageKind, StageRun } from './stage.ts';

/** As a method, so that each stage may ask for its own parameters: the plan hands it those it was validated with. */
interface StageModule {
  run(input: StageInput): StageRun;
}

/** Loaded on demand: the process of a stage reads the code of that stage only. */
const STAGES = {
  sessions: () => import('./sessions.ts'),
  'warm-up': () => import('./warm-up.ts'),
  baseline: () => import('./baseline.ts'),
  training: () => import('./training.ts'),
  evaluation: () => import('./evaluation.ts'),
} as const satisfies Record<StageKind, () => Promise<StageModule>>;

export async function loadStage(kind: StageKind): Promise<StageFunction> {
  const stage: StageModule = await STAGES[kind]();
  return (input) => stage.run(input);
}
