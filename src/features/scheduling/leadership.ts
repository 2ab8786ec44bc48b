import { randomUUID } from 'node:crypto';
import type { IsGone } from '#features/stages/orphan-recovery.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import { leadershipEntity, type LeadershipRow } from './persistence/leadership.entity.ts';

/** How long a leader that says nothing is still the leader. */
export const LEADERSHIP_MS = 5_000;

export interface LeadershipTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly identity: Pick<LeadershipRow, 'host' | 'pid'>;
  readonly isGone: IsGone;
}

/**
 * One office, held by one process of all that share a data base. The holder renews its lease; when it stops to, or its process
 * is seen to be gone, another takes over. Two may believe for a moment that they lead (a clock that jumped): what leaders do
 * is safe when two do it.
 */
export class Leadership {
  private readonly holder = randomUUID();
  private heldUntil = new Date(0);

  constructor(
    private readonly office: string,
    private readonly tools: LeadershipTools,
  ) {}

  /** Takes or keeps the office. `false` while another process holds it. */
  async hold(): Promise<boolean> {
    const now = this.tools.clock.now();
    const left = this.heldUntil.getTime() - now.getTime();
    if (left > LEADERSHIP_MS / 2 && left <= LEADERSHIP_MS) return true;
    const leaseUntil = new Date(now.getTime() + LEADERSHIP_MS);
    const isHeld = await this.take(now, leaseUntil);
    this.heldUntil = isHeld ? leaseUntil : new Date(0);
    return isHeld;
  }

  /** Lets another take over at once. */
  async resign(): Promise<void> {
    this.heldUntil = new Date(0);
    const { office, holder } = this;
    await this.tools.database.transaction((rows) => rows.delete(leadershipEntity, { office, holder }));
  }

  private take(now: Date, leaseUntil: Date): Promise<boolean> {
    const { office, holder } = this;
    const { host, pid } = this.tools.identity;
    const mine = { holder, host, pid, leaseUntil };
    return this.tools.database.transaction(async (rows) => {
      const current = await rows.findOne(leadershipEntity, { where: { office } });
      if (current === null) {
        await rows
          .createQueryBuilder()
          .insert()
          .into(leadershipEntity)
          .values({ office, ...mine })
          .orIgnore()
          .execute();
        return (await rows.countBy(leadershipEntity, { office, holder })) === 1;
      }
      if (current.holder !== holder && !this.isVacant(current, now)) return false;
      // The guard makes the change a lock: of two who find the office vacant one takes it.
      const asSeen = { office, holder: current.holder, leaseUntil: current.leaseUntil };
      return (await rows.update(leadershipEntity, asSeen, mine)).affected === 1;
    });
  }

  /** A lease that ends later than any that is given now was written by a clock that has jumped. */
  private isVacant({ leaseUntil, host, pid }: LeadershipRow, now: Date): boolean {
    const left = leaseUntil.getTime() - now.getTime();
    return left < 0 || left > LEADERSHIP_MS || this.tools.isGone({ host, pid });
  }
}
