import { setTimeout as delay } from 'node:timers/promises';
import type { Scheduler, Turn } from '#features/scheduling/scheduler.ts';
import type { WorkNews } from '#features/workers/execution.ts';
import type { StageWorker } from '#features/workers/stage-worker.ts';
import type { Troubles } from '#platform/logging/troubles.ts';

/** Whoever follows the work. */
export interface WorkListener {
  readonly onNews: (news: WorkNews) => void;
  readonly onTurn: (turn: Turn) => void;
  /** Stages go on whose worker was gone. */
  readonly onRecovered: (stages: number) => void;
}

export interface WorkshopTools {
  readonly scheduler: Scheduler;
  readonly worker: StageWorker;
  readonly troubles: Troubles;
  readonly listeners: readonly WorkListener[];
}

export interface WorkshopRequest {
  /** Stages at once; 0 to schedule only. */
  readonly slots: number;
  readonly signal: AbortSignal;
  /** Asked when nothing is ready and nothing runs here. */
  readonly isOver: () => Promise<boolean>;
}

/** How long it waits before it works again, after something kept a worker from it. */
const PAUSE_MS = 1_000;

/** Schedules and works on whatever is most urgent, until it is told to stop. What goes wrong meanwhile is told and borne. */
export class Workshop {
  constructor(private readonly tools: WorkshopTools) {}

  async run({ slots, signal, isOver }: WorkshopRequest): Promise<void> {
    const end = new AbortController();
    const scheduling = this.tools.scheduler.run(AbortSignal.any([signal, end.signal]), this.turnNews());
    try {
      if (slots === 0) await aborted(signal);
      else await this.workUntilOver({ slots, signal, isOver });
    } finally {
      end.abort();
      await scheduling;
    }
  }

  private turnNews() {
    const { troubles, listeners } = this.tools;
    return {
      onRecovered: (stages: number) => listeners.forEach((listener) => listener.onRecovered(stages)),
      onTrouble: (error: unknown) => troubles.note(SCHEDULING, error),
      onTurn: (turn: Turn) => {
        troubles.over(SCHEDULING);
        listeners.forEach((listener) => listener.onTurn(turn));
      },
    };
  }

  /** A worker ends where it cannot claim or record, such as without a data base: it begins again when that may be over. */
  private async workUntilOver({ slots, signal, isOver }: WorkshopRequest): Promise<void> {
    const { troubles, listeners, worker } = this.tools;
    const onNews = (news: WorkNews): void => {
      if (news.kind === 'started') troubles.over(WORKING);
      listeners.forEach((listener) => listener.onNews(news));
    };
    const asked = async (): Promise<boolean> => {
      const over = await isOver();
      troubles.over(WORKING);
      return over;
    };
    const afterEach = (): Promise<void> => this.takeTurn();
    const onTrouble = (error: unknown): void => troubles.note(WORKING, error);
    while (!signal.aborted) {
      try {
        await worker.work({ submission: null, slots, signal, onNews, isOver: asked, afterEach, onTrouble });
        return;
      } catch (error) {
        troubles.note(WORKING, error);
        await delay(PAUSE_MS, undefined, { signal }).catch(() => undefined);
      }
    }
  }

  private async takeTurn(): Promise<void> {
    const news = this.turnNews();
    await this.tools.scheduler.tick(news).catch(news.onTrouble);
  }
}

const SCHEDULING = 'scheduling';
const WORKING = 'working';

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
