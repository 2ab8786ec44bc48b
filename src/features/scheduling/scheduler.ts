import { setTimeout as delay } from 'node:timers/promises';
import type { OrphanRecovery, IsGone } from '#features/stages/orphan-recovery.ts';
import { LEASE_MS, type StageQueue } from '#features/stages/stage-queue.port.ts';
import type { StageRelease } from '#features/stages/stage-release.ts';
import type { SubmissionReview } from '#features/submissions/submission-review.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { Leadership } from './leadership.ts';

export interface SchedulerTools {
  readonly database: Database;
  readonly clock: Clock;
  /** Milliseconds that no one can set, from any start. */
  readonly monotonicMs: () => number;
  readonly leadership: Leadership;
  readonly release: StageRelease;
  readonly recovery: OrphanRecovery;
  readonly review: SubmissionReview;
  readonly queue: StageQueue;
  readonly isGone: IsGone;
}

export interface SchedulerNews {
  /** Stages whose worker was gone go on. */
  readonly onRecovered: (stages: number) => void;
  /** What went wrong in a turn, such as a data base that is being restarted; the next turn tries again. */
  readonly onTrouble: (error: unknown) => void;
  /** After each turn that did not fail. */
  readonly onTurn?: (turn: Turn) => void;
}

export interface Turn {
  /** `false` where another process leads, so that there was nothing to do. */
  readonly leads: boolean;
  readonly seconds: number;
}

type TurnNews = Pick<SchedulerNews, 'onRecovered' | 'onTurn'>;

/** How long it rests between two turns. */
const TURN_MS = 250;
/** A clock that goes so much faster or slower than time itself has been set. */
const JUMP_MS = 3_000;

/**
 * Decides what may run: has stages go on whose worker is gone, releases what its submission allows, and ends or pauses
 * submissions. All processes have one, and one of them leads. What it knows is in the data base, so that the next leader
 * goes on where this one was.
 */
export class Scheduler {
  private turn: Promise<void> = Promise.resolve();
  private seen: Seen | null = null;
  /** Until when (monotonic) a lease that ran out proves nothing, since the clock jumped over it. */
  private graceUntil = -Infinity;

  constructor(private readonly tools: SchedulerTools) {}

  /** Takes turns until `signal` is aborted, then resigns. */
  async run(signal: AbortSignal, news: SchedulerNews): Promise<void> {
    while (!signal.aborted) {
      await this.tick(news).catch(news.onTrouble);
      await delay(TURN_MS, undefined, { signal }).catch(() => undefined);
    }
    await this.turn.catch(() => undefined);
    await this.tools.leadership.resign().catch(news.onTrouble);
  }

  /** One turn, after the one that goes on. Does nothing where another process leads. */
  tick(news: TurnNews): Promise<void> {
    const next = this.turn.catch(() => undefined).then(() => this.timed(news));
    this.turn = next;
    return next;
  }

  private async timed(news: TurnNews): Promise<void> {
    const begin = this.tools.monotonicMs();
    const leads = await this.takeTurn(news);
    news.onTurn?.({ leads, seconds: (this.tools.monotonicMs() - begin) / 1000 });
  }

  /** `false` where another process leads. */
  private async takeTurn({ onRecovered }: TurnNews): Promise<boolean> {
    const { clock, database, leadership, recovery, release, review, isGone } = this.tools;
    if (!(await leadership.hold())) return false;
    const recovered = await recovery.recover({ isGone, trustsLeases: () => this.trustsLeases() });
    if (recovered > 0) onRecovered(recovered);
    if (await review.isAnyActive()) {
      await database.transaction(async (rows) => {
        await database.holdOtherWriters(rows);
        const before = clock.now();
        await release.withdraw(rows);
        await release.release(rows);
        for (const submission of await review.active(rows)) await review.look(rows, submission, before);
      });
    }
    await this.tools.queue.offer();
    return true;
  }

  /**
   * After the clock was set, and after a time in which nobody could renew a lease because the data base was away, every lease
   * seems to have run out: workers get the time of one to renew theirs. So they do from a new leader, who cannot know.
   */
  private trustsLeases(): boolean {
    const [wall, monotonic] = [this.tools.clock.now().getTime(), this.tools.monotonicMs()];
    const before = this.seen;
    this.seen = { wall, monotonic };
    if (before === null || isGap(before, { wall, monotonic })) this.graceUntil = monotonic + LEASE_MS;
    return monotonic >= this.graceUntil;
  }
}

interface Seen {
  readonly wall: number;
  readonly monotonic: number;
}

function isGap(before: Seen, now: Seen): boolean {
  const passed = now.monotonic - before.monotonic;
  return passed > LEASE_MS / 3 || Math.abs(now.wall - before.wall - passed) > JUMP_MS;
}
