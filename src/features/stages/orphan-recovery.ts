import type { EventsService } from '#features/events/events.service.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import { executionEntity, type ExecutionRow } from './persistence/execution.entity.ts';
import { changeStages } from './persistence/stage-changes.ts';
import { LEASE_MS } from './stage-queue.port.ts';
import type { WorkerIdentity } from './domain/worker-identity.ts';
import type { StageRelease } from './stage-release.ts';

export interface RecoveryTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly events: EventsService;
  readonly release: StageRelease;
}

export type IsGone = (worker: Pick<WorkerIdentity, 'host' | 'pid'>) => boolean;

/** What tells that a worker is gone. */
export interface SignsOfDeath {
  readonly isGone: IsGone;
  /** `false` while a lease that ran out proves nothing: the clock has just been set. */
  readonly trustsLeases: () => boolean;
}

/** By how much the clocks of two hosts may differ. */
const SLACK_MS = 60_000;

/** Finds the executions whose worker is gone. */
export class OrphanRecovery {
  constructor(private readonly tools: RecoveryTools) {}

  /**
   * Has the stages run again whose worker is gone: its lease ran out, or `isGone` knows better (a dead process of this host
   * need not be waited for). Returns how many.
   */
  async recover(signs: SignsOfDeath): Promise<number> {
    const orphans = await this.orphansOf(signs);
    if (orphans.length === 0) return 0;
    return this.tools.database.transaction(async (rows) => {
      // Of two who recover at once, the later must see what the earlier has done, not what it is about to do.
      await this.tools.database.holdOtherWriters(rows);
      let recovered = 0;
      for (const orphan of orphans) if (await this.takeBack(rows, orphan)) recovered += 1;
      await this.tools.release.release(rows);
      return recovered;
    });
  }

  private async orphansOf({ isGone, trustsLeases }: SignsOfDeath): Promise<readonly ExecutionRow[]> {
    const running = await this.tools.database.read((rows) =>
      rows.find(executionEntity, { where: { status: 'running' } }),
    );
    const [now, trusts] = [this.tools.clock.now().getTime(), trustsLeases()];
    const isOver = ({ leaseUntil }: ExecutionRow): boolean => {
      const left = leaseUntil.getTime() - now;
      // A lease that ends later than any that is given now was written by a clock that has been set back since.
      return trusts && (left < 0 || left > LEASE_MS + SLACK_MS);
    };
    return running.filter((execution) => isOver(execution) || isGone(execution));
  }

  /** `false` where its worker renewed the lease, or ended, in between: it is no orphan. */
  private async takeBack(rows: Rows, { id, leaseUntil, stageKey, token }: ExecutionRow): Promise<boolean> {
    const asSeen = { id, status: 'running', leaseUntil };
    const { affected } = await rows.update(executionEntity, asSeen, {
      status: 'orphaned',
      endedAt: this.tools.clock.now(),
    });
    if (affected !== 1) return false;
    await changeStages(rows, [stageKey], { to: 'blocked', from: ['running'] });
    const event = { kind: 'orphaned', subject: { kind: 'stage', id: stageKey }, payload: { token } } as const;
    await this.tools.events.append(rows, [event]);
    return true;
  }
}

/** A process of this host can be asked; for another host only its lease tells. */
export function isGoneFrom(here: Pick<WorkerIdentity, 'host' | 'pid'>): IsGone {
  return ({ host, pid }) => {
    if (host !== here.host || pid === here.pid) return false;
    try {
      process.kill(pid, 0);
      return false;
    } catch (error) {
      return error instanceof Error && 'code' in error && error.code === 'ESRCH';
    }
  };
}
