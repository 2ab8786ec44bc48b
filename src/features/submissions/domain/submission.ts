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
