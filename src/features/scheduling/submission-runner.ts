import type { PauseCode, Submission } from '#features/submissions/domain/submission.ts';
import type { SubmissionsService } from '#features/submissions/submissions.service.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { WorkNews } from '#features/workers/execution.ts';
import type { StageWorker } from '#features/workers/stage-worker.ts';
import type { Scheduler } from './scheduler.ts';

export type RunNews = WorkNews | { readonly kind: 'recovered'; readonly stages: number };

export interface RunRequest {
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onNews: (news: RunNews) => void;
}

export type StopReason = 'interrupted' | 'failures' | 'hours' | 'canary' | 'paused' | 'cancelled';

export interface RunOutcome {
  readonly trials: { readonly total: number; readonly succeeded: number; readonly failed: number };
  /** Stages that this run executed to success. */
  readonly executed: number;
  /** Distinct stages of the submission that have succeeded, by whomever. */
  readonly done: number;
  /** Why it stopped before all was done; `null` when nothing was left. */
  readonly stopped: StopReason | null;
}

export interface RunnerTools {
  readonly submissions: SubmissionsService;
  readonly trials: TrialsService;
  readonly stages: StagesService;
  readonly worker: StageWorker;
  readonly scheduler: Scheduler;
}

const STOPPED: Readonly<Record<PauseCode, StopReason>> = {
  ASKED: 'paused',
  FAILURES: 'failures',
  HOURS: 'hours',
  CANARY: 'canary',
};

/** Schedules and works here until a submission is over. */
export class SubmissionRunner {
  constructor(private readonly tools: RunnerTools) {}

  async run({ id, state }: Submission, request: RunRequest): Promise<RunOutcome> {
    let executed = 0;
    const onNews = (news: RunNews): void => {
      if (news.kind === 'succeeded') executed += 1;
      request.onNews(news);
    };
    if (state !== 'finished') await this.work(id, { ...request, onNews });
    const submission = await this.tools.submissions.get(id);
    const trials = countTrials(await this.tools.trials.ofRevision(submission.revision));
    const { succeeded: done } = await this.tools.stages.countByStatus(id);
    return { trials, executed, done, stopped: whyStopped(submission) };
  }

  private async work(submission: string, { slots, signal, onNews }: RunRequest): Promise<void> {
    const { scheduler, submissions, worker } = this.tools;
    const end = new AbortController();
    const news = { onRecovered: (stages: number) => onNews({ kind: 'recovered', stages }), onTrouble: () => undefined };
    const turn = (): Promise<void> => scheduler.tick(news);
    const scheduling = scheduler.run(end.signal, news);
    try {
      await turn();
      const isOver = async (): Promise<boolean> => {
        await turn();
        return (await submissions.get(submission)).state !== 'active';
      };
      await worker.work({ submission, slots, signal, onNews, isOver, afterEach: turn });
    } finally {
      end.abort();
      await scheduling;
    }
  }
}

/** What is still active was interrupted here; others, or the same command, may go on with it. */
function whyStopped({ state, reason }: Submission): StopReason | null {
  switch (state) {
    case 'finished':
      return null;
    case 'cancelled':
      return 'cancelled';
    case 'paused':
      return STOPPED[reason?.code ?? 'ASKED'];
    case 'active':
      return 'interrupted';
  }
}

function countTrials(trials: readonly Trial[]): RunOutcome['trials'] {
  const count = (status: Trial['status']): number => trials.filter((trial) => trial.status === status).length;
  return { total: trials.length, succeeded: count('succeeded'), failed: count('failed') };
}
