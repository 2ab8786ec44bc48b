import {
  AmbiguousSubmissionError,
  SubmissionNotFoundError,
  type Submission,
} from '#features/submissions/domain/submission.ts';
import { TrialNotFoundError, type Trial } from '#features/trials/domain/trial.ts';
import type { Application } from './application.ts';

/** What an id on the command line means: a submission, or one trial of it. */
export interface Target {
  readonly submission: Submission;
  /** `null` for the whole submission. */
  readonly trial: Trial | null;
}

/**
 * Of a submission or of a trial.
 * @throws SubmissionNotFoundError; AmbiguousSubmissionError, AmbiguousTrialError: what would be stopped is never guessed
 */
export async function findTarget(application: Application, idPrefix: string): Promise<Target> {
  const submission = await application.submissions.findById(idPrefix);
  const trial = await application.trials.get(idPrefix).catch((error: unknown) => {
    if (error instanceof TrialNotFoundError) return null;
    throw submission === null ? error : new AmbiguousSubmissionError(idPrefix);
  });
  if (submission !== null && trial !== null) throw new AmbiguousSubmissionError(idPrefix);
  if (submission !== null) return { submission, trial: null };
  if (trial === null) throw new SubmissionNotFoundError(idPrefix);
  return { submission: await submissionOf(application, trial), trial };
}

async function submissionOf({ submissions }: Application, { id, revision }: Trial): Promise<Submission> {
  const submission = await submissions.findByRevision(revision);
  // Both are recorded in one transaction.
  if (submission === null) throw new Error(`Trial ${id} has no submission.`);
  return submission;
}

/** How messages name it. */
export async function describeTarget(
  application: Application,
  { submission: { id, revision }, trial }: Target,
): Promise<string> {
  const { experiment, number } = await application.experiments.revisionById(revision);
  const whole = `ubmission ${id.slice(0, 8)} (${experiment}@${number})`;
  return trial === null ? `S${whole}` : `Trial ${trial.id} (${trial.arm} on ${trial.dataset}) of s${whole}`;
}
