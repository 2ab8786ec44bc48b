import { trialStatus, type TrialStatus } from '#features/trials/domain/trial.ts';
import type { StageStatus } from '#features/stages/domain/stage.ts';
import type { OutlinedTrial } from './outline.ts';

/** How the stages of a revision stand: at each place of its outline. */
export interface StageFacts {
  readonly status: readonly StageStatus[];
  /** Of all executions that ended. */
  readonly seconds: readonly number[];
  /** Uses of LLM answers, those paid, those answered by rules, and US dollars. */
  readonly calls: readonly CallFacts[];
}

export interface CallFacts {
  readonly calls: number;
  readonly paidCalls: number;
  readonly simulatedCalls: number;
  readonly usd: number;
}

export const NO_CALLS: CallFacts = { calls: 0, paidCalls: 0, simulatedCalls: 0, usd: 0 };

export function statusOf({ steps }: OutlinedTrial, { status }: Pick<StageFacts, 'status'>): TrialStatus {
  return trialStatus(steps.map((step) => status[step] ?? 'blocked'));
}

export function countStatuses<Status extends string>(statuses: readonly Status[]): Partial<Record<Status, number>> {
  const counts: Partial<Record<Status, number>> = {};
  for (const status of statuses) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}
