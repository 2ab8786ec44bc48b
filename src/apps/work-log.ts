import type { WorkNews } from '#features/workers/execution.ts';
import type { StageKey } from '#features/stages/domain/stage.ts';
import type { StageOwner, StageOwners } from '#features/trials/stage-owners.ts';
import type { Log, LogLevel } from '#platform/logging/log.ts';
import type { WorkListener } from './workshop.ts';

interface Subject extends StageOwner {
  readonly execution: string | null;
}

const UNKNOWN: Subject = { submission: null, trial: null, execution: null };

/** Tells the log what happens to stages, each line with the ids of whom it is about. */
export class WorkLog implements WorkListener {
  private readonly subjects = new Map<StageKey, Subject>();
  /** Whom a stage is for is asked of the data base; the lines stay in the order of what happened. */
  private told: Promise<void> = Promise.resolve();
  private leads: boolean | null = null;

  constructor(
    private readonly log: Log,
    private readonly owners: StageOwners,
  ) {}

  readonly onNews = (news: WorkNews): void => {
    this.told = this.told.then(() => this.tell(news)).catch(() => undefined);
  };

  readonly onRecovered = (stages: number): void => this.log.warn({ stages }, 'stages go on whose worker was gone');

  readonly onTurn = ({ leads }: { readonly leads: boolean }): void => {
    if (leads !== this.leads) this.log.info(leads ? 'schedules for all' : 'another process schedules');
    this.leads = leads;
  };

  /** Everything that happened so far is told. */
  settled(): Promise<void> {
    return this.told;
  }

  private async tell(news: WorkNews): Promise<void> {
    const { key, kind } = news.stage;
    if (news.kind === 'started') {
      const owner = await this.owners.of(key).catch(() => UNKNOWN);
      this.subjects.set(key, { ...owner, execution: news.execution });
    }
    const { submission, trial, execution } = this.subjects.get(key) ?? UNKNOWN;
    const ids = Object.entries({ submission, trial, stage: key, execution }).filter(([, id]) => id !== null);
    const { level, words, facts } = lineOf(news);
    this.log[level]({ kind, ...Object.fromEntries(ids), ...facts }, `${kind} ${words}`);
    if (ENDS.has(news.kind)) this.subjects.delete(key);
  }
}

const ENDS: ReadonlySet<WorkNews['kind']> = new Set(['succeeded', 'failed', 'lost', 'interrupted']);

interface Line {
  readonly level: LogLevel;
  /** What follows the kind of the stage. */
  readonly words: string;
  readonly facts?: Readonly<Record<string, unknown>>;
}

function lineOf(news: WorkNews): Line {
  switch (news.kind) {
    case 'started':
      return { level: 'info', words: 'begins' };
    case 'report':
      return { level: 'debug', words: 'goes on', facts: { report: news.report } };
    case 'epoch':
      return { level: 'debug', words: 'ended an epoch', facts: { epoch: news.epoch.epoch, of: news.epoch.epochs } };
    case 'succeeded':
      return { level: 'info', words: 'succeeded', facts: { seconds: rounded(news.usage.seconds) } };
    case 'lost':
      return { level: 'warn', words: "is no longer this worker's: it was cancelled, or its lease ran out" };
    case 'interrupted':
      return { level: 'info', words: 'is given back' };
    case 'failed':
      return failureLine(news);
  }
}

function failureLine({ failure: { code, message }, verdict }: WorkNews & { readonly kind: 'failed' }): Line {
  const facts = { code, ...verdict };
  if (verdict.outcome === 'failed') return { level: 'error', words: `failed: ${message}`, facts };
  return { level: 'warn', words: `is tried again: ${message}`, facts };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
