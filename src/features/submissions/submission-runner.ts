import type { StageWorker, Work, WorkNews } from '#features/stages/stage-worker.ts';
import type { StagesService } from '#features/stages/stages.service.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import type { TrialsService } from '#features/trials/trials.service.ts';
import type { SubmissionsService, SubmitResult } from './submissions.service.ts';
import type { Manifest } from '#features/experiments/domain/manifest-schema.ts';

export interface RunRequest {
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onNews: (news: WorkNews) => void;
}

export type StopReason = 'interrupted' | 'failures' | 'hours';

export interface RunOutcome {
  readonly trials: { readonly total: number; readonly succeeded: number; readonly failed: number };
  /** Stages that this run executed to success. */
  readonly executed: number;
  /** Distinct stages of the submission that have succeeded, by whomever. */
  readonly done: number;
  /** Why it stopped before all was done; `null` when nothing was left. */
  readonly stopped: StopReason | null;
}

const MS_PER_HOUR = 3_600_000;
/** A timer counts in 31 bits; asked for more it rings at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Works on a submission here until nothing is left, within its manifest's limits. */
export class SubmissionRunner {
  constructor(
    private readonly submissions: SubmissionsService,
    private readonly trials: TrialsService,
    private readonly stages: StagesService,
    private readonly worker: StageWorker,
  ) {}

  async run({ submission, revision, state }: SubmitResult, request: RunRequest): Promise<RunOutcome> {
    const progress = new RunProgress(revision.manifest, request);
    if (state !== 'finished') {
      await progress.within((work) => this.worker.work({ submission: submission.id, ...work }));
    }
    const trials = countTrials(await this.trials.ofRevision(revision.id));
    if (progress.stopped === null && state !== 'finished') await this.submissions.end(submission.id, trials);
    const { succeeded: done } = await this.stages.countByStatus(submission.id);
    return { trials, executed: progress.executed, done, stopped: progress.stopped };
  }
}

/** Counts what a run does, and stops it at the manifest's `onFailure`, its hours, or the user's wish. */
class RunProgress {
  executed = 0;
  stopped: StopReason | null = null;
  private readonly failures = new Map<string, number>();
  private readonly stop = new AbortController();

  constructor(
    private readonly manifest: Pick<Manifest, 'limits' | 'onFailure'>,
    private readonly request: RunRequest,
  ) {}

  async within(work: (work: Omit<Work, 'submission'>) => Promise<void>): Promise<void> {
    const { limits } = this.manifest;
    const interrupt = (): void => this.stopFor('interrupted');
    this.request.signal.addEventListener('abort', interrupt, { once: true });
    if (this.request.signal.aborted) interrupt();
    const silence = alarmAfter((limits.hours ?? Infinity) * MS_PER_HOUR, () => this.stopFor('hours'));
    try {
      const slots = Math.min(this.request.slots, limits.concurrency ?? Infinity);
      await work({ slots, signal: this.stop.signal, onNews: (news) => this.hear(news) });
    } finally {
      silence();
      this.request.signal.removeEventListener('abort', interrupt);
    }
  }

  private hear(news: WorkNews): void {
    if (news.kind === 'succeeded') this.executed += 1;
    if (news.kind === 'failed' && this.isTooMuch(news.failure.message)) this.stopFor('failures');
    this.request.onNews(news);
  }

  /** `stopAfter` counts equal errors: many trials that fail alike are one mistake. */
  private isTooMuch(message: string): boolean {
    const { onFailure } = this.manifest;
    const count = (this.failures.get(message) ?? 0) + 1;
    this.failures.set(message, count);
    if (typeof onFailure === 'object') return count >= onFailure.stopAfter;
    return onFailure === 'stop';
  }

  private stopFor(reason: StopReason): void {
    this.stopped ??= reason;
    this.stop.abort();
  }
}

/** Rings once after some time, unless what it returns is called before. */
function alarmAfter(ms: number, ring: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const next = Math.min(left, LONGEST_TIMER_MS);
    timer = setTimeout(() => (left > next ? wait(left - next) : ring()), next);
  };
  wait(ms);
  return () => clearTimeout(timer);
}

function countTrials(trials: readonly Trial[]): RunOutcome['trials'] {
  const count = (status: Trial['status']): number => trials.filter((trial) => trial.status === status).length;
  return { total: trials.length, succeeded: count('succeeded'), failed: count('failed') };
}
