import { contentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { canonicalJson } from '#kernel/json.ts';
import type { PlannedTrial } from '#features/experiments/domain/trials.ts';
import type { StageKey, StageStatus } from '#features/stages/domain/stage.ts';

/** Sixteen hexadecimal digits. */
export type TrialId = string & { readonly __brand: 'TrialId' };
export type TrialStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** One arm on one data set with one pair of seeds. */
export interface Trial extends PlannedTrial {
  readonly id: TrialId;
  readonly revision: string;
  readonly position: number;
  /** Inputs before what reads them. */
  readonly stages: readonly StageKey[];
  readonly status: TrialStatus;
}

/** How many trials stand how. */
export type TrialCounts = Readonly<Record<TrialStatus, number>>;

export function countTrials(trials: readonly Pick<Trial, 'status'>[]): TrialCounts {
  const counts = { queued: 0, running: 0, succeeded: 0, failed: 0, cancelled: 0 };
  for (const { status } of trials) counts[status] += 1;
  return counts;
}

export class TrialNotFoundError extends DomainError<'TRIAL_NOT_FOUND'> {
  constructor(id: string) {
    super(
      'TRIAL_NOT_FOUND',
      `No trial whose id begins with ${JSON.stringify(id)}. \`sprintlab trials list\` shows them.`,
    );
  }
}

export class AmbiguousTrialError extends DomainError<'AMBIGUOUS_TRIAL'> {
  constructor(id: string) {
    super('AMBIGUOUS_TRIAL', `${id} begins the ids of several trials; give more of its digits.`);
  }
}

/** The same trial of the same revision has the same id in every home. */
export function trialId(revision: string, trial: PlannedTrial): TrialId {
  const { arm, dataset, seeds } = trial;
  return contentHash(canonicalJson({ revision, arm, dataset, seeds: { ...seeds } })).slice(0, 16) as TrialId;
}

/** What a trial is doing follows from its stages alone, so that the two can never disagree. */
export function trialStatus(stages: readonly StageStatus[]): TrialStatus {
  if (stages.every((status) => status === 'succeeded')) return 'succeeded';
  if (stages.includes('failed')) return 'failed';
  if (stages.includes('cancelled')) return 'cancelled';
  return stages.includes('running') ? 'running' : 'queued';
}
