import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { Manifest } from './manifest-schema.ts';
import type { PlannedTrial } from './trials.ts';

/** A trial before it is recorded, with its stages, inputs before what reads them. */
export interface TrialPlan {
  readonly trial: PlannedTrial;
  readonly stages: readonly PlannedStage[];
}

/** A manifest with all that it asks for, before anything is recorded. */
export interface PlannedExperiment {
  readonly manifest: Manifest;
  /** The manifest as written; where it extends others, with them merged into it. */
  readonly source: string;
  readonly trials: readonly TrialPlan[];
}
