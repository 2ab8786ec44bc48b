import { DomainError } from '#kernel/domain-error.ts';

/** One request to run a revision. Asking for the same again returns it. */
export interface Submission {
  readonly id: string;
  readonly revision: string;
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
    super('AMBIGUOUS_SUBMISSION', `${JSON.stringify(prefix)} begins several submissions; give more of its letters.`);
  }
}

export class ExperimentIsRunningError extends DomainError<'EXPERIMENT_IS_RUNNING'> {
  constructor(name: string) {
    super(
      'EXPERIMENT_IS_RUNNING',
      `Experiment ${name} is running; stop it first (Ctrl-C in its terminal), then delete it.`,
    );
  }
}
