import { randomUUID } from 'node:crypto';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { StageKey } from './domain/stage.ts';
import type { WorkerIdentity } from './domain/worker-identity.ts';
import { claimRows, type ClaimedRow } from './persistence/claim-statements.ts';
import { stageEntity } from './persistence/stage.entity.ts';
import { toClaim } from './persistence/stage-mapper.ts';
import { LEASE_MS, type Claim, type ClaimRequest } from './stage-queue.port.ts';

/** A stage that is ready, as much as a queue must know of it. */
export interface ReadyStage {
  readonly key: StageKey;
  /** How often it was claimed so far. */
  readonly token: number;
  readonly codeVersion: string;
  /** Larger goes first. */
  readonly urgency: number;
  /** Of equally urgent ones: smaller goes first. */
  readonly position: number;
}

/** Which of the ready stages: of one submission only, or some by their keys. */
interface Choice {
  readonly slots: number;
  readonly submission: string | null;
  readonly keys: readonly StageKey[] | null;
}

/** Makes ready stages running under a lease, all or nothing: of many who ask for a stage one gets it. */
export class StageClaims {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** The stages whose turn it is. */
  claimNext({ worker, slots, submission }: ClaimRequest): Promise<readonly Claim[]> {
    return this.claim(worker, { slots, submission, keys: null });
  }

  /** Those of some stages that are still ready. */
  claimThese(worker: WorkerIdentity, keys: readonly StageKey[]): Promise<readonly Claim[]> {
    return this.claim(worker, { slots: keys.length, submission: null, keys });
  }

  /** Those that may be claimed, by whomever, in the order of their turn. */
  async foremost(count: number): Promise<readonly ReadyStage[]> {
    const found = await this.database.read((rows) =>
      rows.find(stageEntity, {
        select: { key: true, token: true, codeVersion: true, urgency: true, position: true },
        where: { status: 'ready' },
        order: { urgency: 'DESC', position: 'ASC', key: 'ASC' },
        take: count,
      }),
    );
    return found.map(({ key, ...turn }) => ({ ...turn, key: key as StageKey }));
  }

  private async claim(worker: WorkerIdentity, choice: Choice): Promise<readonly Claim[]> {
    const { host, pid, environment } = worker;
    const claimedAt = this.clock.now().getTime();
    const claimed = await claimRows(this.database, {
      ...choice,
      versions: [...new Set(Object.values(worker.codeVersions))],
      execution: {
        host,
        pid,
        environment: JSON.stringify(environment),
        claimedAt,
        leaseUntil: claimedAt + LEASE_MS,
      },
      newId: randomUUID,
    });
    return [...claimed].sort(byTurn).map(toClaim);
  }
}

function byTurn(one: ClaimedRow, other: ClaimedRow): number {
  return other.urgency - one.urgency || one.position - other.position || (one.key < other.key ? -1 : 1);
}
