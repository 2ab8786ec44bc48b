import type { Revision } from '#features/experiments/domain/experiment.ts';
import type { ExperimentsService } from '#features/experiments/experiments.service.ts';
import type { StageCounts, StagesService } from '#features/stages/stages.service.ts';
import { countTrials, type TrialCounts } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { PauseReason, Submission, SubmissionState } from './domain/submission.ts';
import type { SubmissionsService } from './submissions.service.ts';

export interface SubmissionStatus {
  readonly id: string;
  readonly experiment: string;
  readonly revision: number;
  /** What follows from its trials alone. */
  readonly status: 'running' | 'waiting' | 'succeeded' | 'failed';
  /** What somebody, or a limit, has decided. */
  readonly state: SubmissionState;
  /** Why it is paused; `null` unless it is. */
  readonly reason: PauseReason | null;
  readonly trials: TrialCounts;
  readonly stages: StageCounts;
  readonly createdAt: string;
  readonly endedAt: string | null;
}

export interface SubmissionViewTools {
  readonly experiments: ExperimentsService;
  readonly stages: StagesService;
  readonly submissions: SubmissionsService;
  readonly trials: TrialsService;
}

/** How submissions stand. */
export class SubmissionViewsService {
  constructor(private readonly tools: SubmissionViewTools) {}

  /** Newest first. */
  async all(): Promise<readonly SubmissionStatus[]> {
    return Promise.all((await this.tools.submissions.list()).map((submission) => this.of(submission)));
  }

  async of(submission: Submission): Promise<SubmissionStatus> {
    const revision: Revision = await this.tools.experiments.revisionById(submission.revision);
    const trials = countTrials(await this.tools.trials.ofRevision(revision.id));
    return {
      id: submission.id,
      experiment: revision.experiment,
      revision: revision.number,
      status: statusOf(trials),
      state: submission.state,
      reason: submission.reason,
      trials,
      stages: await this.tools.stages.countByStatus(submission.id),
      createdAt: submission.createdAt.toISOString(),
      endedAt: submission.endedAt?.toISOString() ?? null,
    };
  }
}

function statusOf({ queued, running, failed, cancelled }: SubmissionStatus['trials']): SubmissionStatus['status'] {
  if (running > 0) return 'running';
  if (queued > 0) return 'waiting';
  return failed + cancelled > 0 ? 'failed' : 'succeeded';
}
