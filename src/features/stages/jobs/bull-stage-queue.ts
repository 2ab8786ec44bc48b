import type { RedisJobs, TakenJob } from '#platform/queue/redis-jobs.ts';
import type { StageKey } from '../domain/stage.ts';
import type { StageClaims } from '../stage-claims.ts';
import type { WorkerIdentity } from '../domain/worker-identity.ts';
import { StageQueue, type Claim, type ClaimRequest } from '../stage-queue.port.ts';
import { parseStageJob, toStageJob } from './stage-job.ts';

/** How many stages wait in Redis at a time, the foremost ones. */
const MOST_OFFERED = 2_000;
/** After this long a stage is offered again, in case Redis has lost it. */
const OFFER_AGAIN_MS = 5_000;
/** How long a job waits for a worker of its version, before one of another looks at it again. */
const OTHER_CODE_MS = 3_000;
/** How often one claim asks Redis for more, when it was given what nobody is to run or what other code is needed for. */
const MOST_ROUNDS = 10;
/** How often a claim that Redis does not fill looks into the data base, for what has not been offered. */
const LOOK_MS = 1_000;

interface Offered {
  readonly priority: number;
  readonly at: number;
}

/**
 * Delivers by BullMQ, while the data base decides: a job says which stage may be ready, and who claims it there has it. A job
 * is removed when it is taken, before the claim, since the lease in the data base is the one lease. Whatever is lost on the
 * way, jobs, Redis or the process in between, the stage is still ready there, and offered again.
 */
export class BullStageQueue extends StageQueue {
  private jobs: Promise<RedisJobs> | null = null;
  private offered: ReadonlyMap<string, Offered> = new Map();
  private lookedAt = -Infinity;

  constructor(
    private readonly claims: StageClaims,
    private readonly openJobs: () => Promise<RedisJobs>,
    /** Milliseconds that no one can set, from any start. */
    private readonly monotonicMs = () => performance.now(),
  ) {
    super();
  }

  override async claim(request: ClaimRequest): Promise<readonly Claim[]> {
    const jobs = request.submission === null ? await this.reached() : null;
    if (jobs === null) return this.claims.claimNext(request);
    const claims: Claim[] = [];
    try {
      const isSure = await this.claimDelivered(jobs, request, claims);
      if (claims.length < request.slots && (!isSure || this.isTimeToLook())) {
        claims.push(...(await this.claims.claimNext({ ...request, slots: request.slots - claims.length })));
      }
    } catch (error) {
      // What was claimed before is running, and nobody else would run it.
      if (claims.length === 0) throw error;
    }
    return claims;
  }

  override async offer(): Promise<void> {
    const jobs = await this.reached();
    if (jobs === null) return;
    const ready = await this.claims.foremost(MOST_OFFERED);
    const now = this.monotonicMs();
    const waiting = ready.map(toStageJob);
    const before = ({ id }: { id: string }): Offered | undefined => this.offered.get(id);
    const fresh = waiting.filter((job) => now - (before(job)?.at ?? -Infinity) >= OFFER_AGAIN_MS);
    const moved = waiting.filter((job) => (before(job)?.priority ?? job.priority) !== job.priority);
    const added = new Set(fresh.map(({ id }) => id));
    try {
      await jobs.add(fresh);
      await jobs.reorder(moved);
      this.offered = new Map(
        waiting.map((job) => [
          job.id,
          { priority: job.priority, at: added.has(job.id) ? now : (before(job)?.at ?? now) },
        ]),
      );
    } catch {
      // Until Redis is back, claims are answered from the data base.
      this.offered = new Map();
    }
  }

  override async close(): Promise<void> {
    await (await this.jobs)?.close();
  }

  private async reached(): Promise<RedisJobs | null> {
    this.jobs ??= this.opened();
    const jobs = await this.jobs;
    return (await jobs.isUp()) ? jobs : null;
  }

  private async opened(): Promise<RedisJobs> {
    const jobs = await this.openJobs();
    jobs.onReached(() => (this.offered = new Map()));
    return jobs;
  }

  /** Fills `claims`. Returns whether Redis has nothing more, as far as it goes. */
  private async claimDelivered(jobs: RedisJobs, { worker, slots }: ClaimRequest, claims: Claim[]): Promise<boolean> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const wanted = slots - claims.length;
      const taken = await jobs.take(wanted).catch(() => null);
      if (taken === null) return false;
      const keys = await sorted(worker, taken);
      if (keys.length > 0) claims.push(...inOrder(keys, await this.claims.claimThese(worker, keys)));
      if (claims.length === slots || taken.length < wanted) return true;
    }
    return false;
  }

  private isTimeToLook(): boolean {
    const now = this.monotonicMs();
    if (now - this.lookedAt < LOOK_MS) return false;
    this.lookedAt = now;
    return true;
  }
}

/**
 * Puts back what is for other code, and removes the rest, of which it returns the stages. A job that cannot be removed (Redis
 * went away) comes up again; its stage is no longer ready then, and it is removed.
 */
async function sorted({ codeVersions }: WorkerIdentity, taken: readonly TakenJob[]): Promise<readonly StageKey[]> {
  const versions = new Set(Object.values(codeVersions));
  const keys: StageKey[] = [];
  const moves = taken.map((job) => {
    const stage = parseStageJob(job.payload);
    if (stage !== null && !versions.has(stage.codeVersion)) return job.putBack(OTHER_CODE_MS);
    if (stage !== null) keys.push(stage.stageKey);
    return job.finish();
  });
  await Promise.allSettled(moves);
  return keys;
}

function inOrder(keys: readonly StageKey[], claims: readonly Claim[]): readonly Claim[] {
  const place = new Map(keys.map((key, index) => [key, index]));
  return [...claims].sort((one, other) => (place.get(one.stage.key) ?? 0) - (place.get(other.stage.key) ?? 0));
}
