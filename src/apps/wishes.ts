import type { Source } from '#features/experiments/domain/document-reader.ts';
import type { ManifestPlan } from '#features/experiments/planning.service.ts';
import { CodeChangedError } from '#features/submissions/domain/code-change.ts';
import { assertNotAtItsHours, type SubmissionState } from '#features/submissions/domain/submission.ts';
import type { Application } from './application.ts';
import { assertCodeIsSame, keptManifest, stagesOfTarget, submitAgain } from './changed-code.ts';
import type { Target } from './target.ts';

export const WISHES = ['pause', 'resume', 'cancel', 'retry'] as const;
export type Wish = (typeof WISHES)[number];

/** What became of a wish, as every program tells it. */
export interface Wished {
  readonly submission: string;
  readonly experiment: string;
  readonly revision: number;
  readonly trial: string | null;
  readonly state: SubmissionState;
  /** The submission in whose place a new one was made; `null` where none was. */
  readonly replaces: string | null;
}

interface WishOptions {
  /** Of `resume`: also beyond a limit, or with changed code as a new revision. */
  readonly approve: boolean;
  /** Plans the manifest again where its code has changed, and may tell of it. */
  readonly plan?: (manifest: Source) => Promise<ManifestPlan>;
}

type Fulfil = (application: Application, target: Target, options: WishOptions) => Promise<Wished>;

/**
 * Has a wish come true of a submission or of one of its trials.
 * @throws NothingToDoError; ApprovalNeededError, CodeChangedError without an approval
 */
export const fulfilWish: Readonly<Record<Wish, Fulfil>> = {
  pause: async (application, target) => {
    const { submission, trial } = target;
    if (trial === null) await application.control.pause(submission.id);
    else await application.control.pauseTrial(submission.id, trial);
    return told(application, target);
  },
  resume: async (application, target, options) => {
    try {
      await assertCodeIsSame(application, target);
    } catch (error) {
      if (options.approve && error instanceof CodeChangedError) return replaced(application, target, options);
      throw error;
    }
    if (!options.approve) assertNotAtItsHours(target.submission);
    const { submission, trial } = target;
    if (trial === null) await application.control.resume(submission.id);
    else await application.control.resumeTrial(submission.id, trial);
    return told(application, target);
  },
  cancel: async (application, target) => {
    const { submission, trial } = target;
    if (trial === null) await application.control.cancel(submission.id);
    else await application.control.cancelTrial(submission.id, trial);
    return told(application, target);
  },
  retry: async (application, target) => {
    const { submission, trial } = target;
    const stages = await stagesOfTarget(application, target);
    if (stages.some(({ status }) => status === 'failed')) {
      await assertCodeIsSame(application, target);
      assertNotAtItsHours(target.submission);
    }
    if (trial === null) await application.control.retry(submission.id);
    else await application.control.retryTrial(submission.id, trial);
    return told(application, target);
  },
};

/** The manifest again, with the code of this build. */
async function replaced(application: Application, target: Target, { plan }: WishOptions): Promise<Wished> {
  const manifest = await keptManifest(application, target);
  const planned = await (plan?.(manifest) ?? application.planning.plan(manifest));
  const { submission, revision } = await submitAgain(application, target, planned);
  const { experiment, number } = revision;
  const { id, state } = submission;
  return { submission: id, experiment, revision: number, trial: null, state, replaces: target.submission.id };
}

async function told(application: Application, target: Target): Promise<Wished> {
  const { id, revision, state } = await application.submissions.get(target.submission.id);
  const { experiment, number } = await application.experiments.revisionById(revision);
  return { submission: id, experiment, revision: number, trial: target.trial?.id ?? null, state, replaces: null };
}
