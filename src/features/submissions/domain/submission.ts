import { DomainError } from '#kernel/domain-error.ts';

export type SubmissionState = 'active' | 'paused' | 'cancelled' | 'finished';

/** What may follow what. Whatever has ended or waits can be taken up again. */
export const NEXT_STATE: Readonly<Record<SubmissionState, readonly SubmissionState[]>> = {
  active: ['paused', 'cancelled', 'finished'],
  paused: ['active', 'cancelled'],
  cancelled: ['active'],
  finished: ['active'],
};

/** Why a submission is paused. */
export type PauseCode = 'ASKED' | 'FAILURES' | 'HOURS' | 'CANARY';
export interface PauseReason {
  readonly code: PauseCode;
  /** What happened, and what goes on from here. */
  readonly message: string;
}

/** One request to run a revision. Asking for the same again returns it. */
export interface Submission {
  readonly id: string;
  readonly revision: string;
  readonly state: SubmissionState;
  /** `null` unless it is paused. */
  readonly reason: PauseReason | null;
  /** Since when it has been active without a break. */
  readonly activeSince: Date;
  readonly createdAt: Date;
  /** `null` while anything is left to do. */
  readonly endedAt: Date | null;
}

export class SubmissionNotFoundError extends DomainError<'SUBMISSION_NOT_FOUND'> {
  constructor(id: string) {
    super(
      'SUBMISSION_NOT_FOUND',
      `No submission or trial whose id begins with ${JSON.stringify(id)}. \`sprintlab status\` lists them.`,
    );
  }
}

export class AmbiguousSubmissionError extends DomainError<'AMBIGUOUS_SUBMISSION'> {
  constructor(prefix: string) {
    super(
      'AMBIGUOUS_SUBMISSION',
      `${JSON.stringify(prefix)} begins the ids of several submissions or trials; give more of its digits.`,
    );
  }
}

export class ExperimentIsRunningError extends DomainError<'EXPERIMENT_IS_RUNNING'> {
  constructor(name: string) {
    super(
      'EXPERIMENT_IS_RUNNING',
      `Experiment ${name} is being worked on; stop it first with \`sprintlab cancel\`, then delete it.`,
    );
  }
}

/** What stopped at a limit goes on only when somebody says so. */
export class ApprovalNeededError extends DomainError<'APPROVAL_NEEDED'> {
  constructor(id: string, { message }: PauseReason) {
    const short = id.slice(0, 8);
    super(
      'APPROVAL_NEEDED',
      `Submission ${short}: ${message} \`sprintlab resume ${short} --approve\` goes on once more.`,
    );
  }
}

/** @throws ApprovalNeededError */
export function assertNotAtItsHours({ id, reason }: Pick<Submission, 'id' | 'reason'>): void {
  if (reason?.code === 'HOURS') throw new ApprovalNeededError(id, reason);
}

/** A wish that the state of a submission or a trial does not allow: nothing is changed. */
export class NothingToDoError extends DomainError<'NOTHING_TO_DO'> {
  constructor(wish: 'pause' | 'resume' | 'cancel' | 'retry', what: string, why: string) {
    super('NOTHING_TO_DO', `There is nothing to ${wish}: ${what} ${why}.`);
  }
}

/** @throws NothingToDoError where the table of states does not allow it. */
export function assertCanBecome(
  { id, state }: Pick<Submission, 'id' | 'state'>,
  next: SubmissionState,
  wish: 'pause' | 'resume' | 'cancel',
): void {
  if (NEXT_STATE[state].includes(next) && !(wish === 'resume' && state === 'finished')) return;
  const advice = state === 'finished' ? '; `sprintlab retry` runs failed trials again' : '';
  throw new NothingToDoError(wish, `submission ${id.slice(0, 8)}`, `is ${state}${advice}`);
}
