import { randomUUID } from 'node:crypto';
import { In } from 'typeorm';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import type { EventsService } from '#features/events/events.service.ts';
import type { EventKind } from '#features/events/domain/event.ts';
import type { Clock } from '#kernel/clock.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Database, Rows } from '#platform/database/database.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import type { MetricPoint } from '#science/stages/stage.ts';
import {
  StaleExecutionError,
  statusesBefore,
  type ExecutionStatus,
  type PlannedStage,
  type Stage,
  type StageFailure,
  type StageKey,
  type StageStatus,
  type StageUsage,
} from './domain/stage.ts';
import type { EpochMessage } from './domain/stage-order.ts';
import { executionEntity, metricEntity, type ExecutionRow } from './persistence/execution.entity.ts';
import { stageEntity, stageInputEntity, submissionStageEntity } from './persistence/stage.entity.ts';
import { toStage, toStageRow } from './persistence/stage-mapper.ts';

/** Who claims: one process on one host, and what its numbers depend on. */
export interface WorkerIdentity {
  readonly host: string;
  readonly pid: number;
  readonly environment: JsonObject;
}

/** The right to run a stage until the lease ends. The token grows with every claim: a late writer is told by it. */
export interface Claim {
  readonly stage: Stage;
  readonly execution: string;
  readonly token: number;
}

export interface StageResult {
  readonly artifacts: Readonly<Record<string, StoredObject>>;
  readonly metrics: readonly MetricPoint[];
  readonly usage: StageUsage;
}

export interface RecordedEpoch {
  readonly epoch: EpochMessage;
  readonly checkpoint: StoredObject;
  /** The name under which the stage keeps the checkpoint. */
  readonly name: string;
}

export interface QueueTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly events: EventsService;
}

/** How long a claim holds without being renewed. */
export const LEASE_MS = 15_000;

/**
 * Hands out stages and takes their results. The state of a stage lives in the data base and changes only here. Promises:
 * - one ready stage goes to one claimant, however many ask at once;
 * - a result is recorded once, with its artifacts, metrics and event in one transaction, and only under the latest token;
 * - a stage is ready when everything it reads has succeeded, and not before.
 */
export class StageQueue {
  constructor(private readonly tools: QueueTools) {}

  /**
   * Takes in what a submission wants done, inputs before what reads them, within the transaction of the submission. What
   * is there already is shared; what had failed or was cancelled gets another chance.
   */
  async enqueue(rows: Rows, submission: string, stages: readonly PlannedStage[]): Promise<void> {
    const createdAt = this.tools.clock.now();
    for (const [priority, stage] of stages.entries()) {
      const row = toStageRow(stage, 'blocked', createdAt);
      await rows.createQueryBuilder().insert().into(stageEntity).values(row).orIgnore().execute();
      const demand = { submissionId: submission, stageKey: stage.key, priority };
      await rows.createQueryBuilder().insert().into(submissionStageEntity).values(demand).orIgnore().execute();
      for (const sourceKey of sourcesOf(stage)) {
        const edge = { stageKey: stage.key, sourceKey };
        await rows.createQueryBuilder().insert().into(stageInputEntity).values(edge).orIgnore().execute();
      }
      await this.change(rows, stage.key, 'blocked', ['failed', 'cancelled']);
      await this.makeReadyIfPossible(rows, stage.key);
    }
  }

  /** Has every stage of a submission succeeded? */
  async isDone(rows: Rows, submission: string): Promise<boolean> {
    const open = await rows
      .createQueryBuilder(stageEntity, 'stage')
      .innerJoin('submission-stage', 'demand', 'demand.stageKey = stage.key')
      .where('demand.submissionId = :submission AND stage.status <> :succeeded', { submission, succeeded: 'succeeded' })
      .getCount();
    return open === 0;
  }

  /** The next ready stage of a submission, now running under a lease; `null` when none is ready. */
  async claim(submission: string, worker: WorkerIdentity): Promise<Claim | null> {
    return this.tools.database.transaction(async (rows) => {
      const candidate = await this.nextReady(rows, submission);
      if (candidate === null) return null;
      const token = candidate.token + 1;
      await rows.update(stageEntity, { key: candidate.key }, { status: 'running', token });
      const execution = randomUUID();
      const now = this.tools.clock.now();
      const lease = { leaseUntil: leaseFrom(now), claimedAt: now, endedAt: null, error: null, usage: null };
      const { environment, ...process } = worker;
      await rows.insert(executionEntity, {
        id: execution,
        stageKey: candidate.key,
        token,
        status: 'running',
        ...process,
        environment: JSON.stringify(environment),
        ...lease,
      });
      return { stage: toStage({ ...candidate, status: 'running', token }), execution, token };
    });
  }

  /** @throws StaleExecutionError when the lease was lost: the child may stop. */
  async renew(claim: Claim): Promise<void> {
    await this.underLease(claim, () => Promise.resolve());
  }

  /**
   * Has `work` write in one transaction what an execution found, which also renews its lease.
   * @throws StaleExecutionError when another execution has taken over; nothing is written.
   */
  underLease<Result>(claim: Claim, work: (rows: Rows) => Promise<Result>): Promise<Result> {
    return this.tools.database.transaction(async (rows) => {
      await this.extend(rows, claim);
      return work(rows);
    });
  }

  /** The first report of the stage's own process arrived. */
  async started(claim: Claim): Promise<void> {
    await this.tools.database.transaction((rows) =>
      this.tell(rows, 'started', claim.stage.key, { kind: claim.stage.kind, token: claim.token }),
    );
  }

  /**
   * Keeps what an epoch measured together with the state after it: a stage that is taken up again goes on from the one
   * without measuring the other twice.
   * @throws StaleExecutionError when another execution has taken over.
   */
  async recordEpoch(claim: Claim, { epoch, checkpoint, name }: RecordedEpoch): Promise<void> {
    const owner = { kind: 'stage', id: claim.stage.key } as const;
    const replaced = await this.underLease(claim, async (rows) => {
      const before = await this.tools.artifacts.link(rows, owner, { [name]: checkpoint });
      const { epoch: number, metrics, seconds, tokens } = epoch;
      const timing: MetricPoint[] = [
        { name: 'seconds', split: 'train', step: number, value: seconds },
        { name: 'tokensPerSecond', split: 'train', step: number, value: tokens / seconds },
      ];
      await this.recordMetrics(rows, claim.stage.key, [...metrics, ...timing]);
      await this.tell(rows, 'epoch', claim.stage.key, { epoch: number, of: epoch.epochs, checkpoint: checkpoint.hash });
      return before;
    });
    await this.tools.artifacts.discardUnlinked(replaced);
  }

  /** Keeps what a person should know of a stage. An execution that repeats what an earlier one said adds nothing. */
  async warned(claim: Claim, message: string): Promise<void> {
    const { key: id, kind } = claim.stage;
    await this.underLease(claim, (rows) =>
      this.tools.events.appendOnce(rows, {
        kind: 'warned',
        subject: { kind: 'stage', id },
        payload: { kind, message },
      }),
    );
  }

  /** @throws StaleExecutionError when another execution has taken over. */
  async complete(claim: Claim, result: StageResult): Promise<void> {
    const replaced = await this.tools.database.transaction(async (rows) => {
      await this.end(rows, claim, 'succeeded', { usage: JSON.stringify(result.usage) });
      await this.change(rows, claim.stage.key, 'succeeded');
      const before = await this.tools.artifacts.link(rows, { kind: 'stage', id: claim.stage.key }, result.artifacts);
      await this.recordMetrics(rows, claim.stage.key, result.metrics);
      const hashes = Object.fromEntries(Object.entries(result.artifacts).map(([name, { hash }]) => [name, hash]));
      const calls = await this.tools.calls.digestOf(rows, claim.stage.key);
      const called = calls === null ? {} : { calls: { ...calls } };
      await this.tell(rows, 'succeeded', claim.stage.key, { kind: claim.stage.kind, artifacts: hashes, ...called });
      const readers = await rows.find(stageInputEntity, { where: { sourceKey: claim.stage.key } });
      for (const { stageKey } of readers) await this.makeReadyIfPossible(rows, stageKey as StageKey);
      return before;
    });
    await this.tools.artifacts.discardUnlinked([...replaced, ...(await this.checkpointsLeftBy(claim))]);
  }

  async fail(claim: Claim, failure: StageFailure): Promise<void> {
    await this.tools.database.transaction(async (rows) => {
      await this.end(rows, claim, 'failed', { error: JSON.stringify(failure) });
      await this.change(rows, claim.stage.key, 'failed');
      await this.tell(rows, 'failed', claim.stage.key, {
        kind: claim.stage.kind,
        code: failure.code,
        message: failure.message,
      });
    });
  }

  /** Gives a running stage back, for another run to take up. */
  async release(claim: Claim): Promise<void> {
    await this.tools.database.transaction(async (rows) => {
      await this.end(rows, claim, 'interrupted', {});
      await this.change(rows, claim.stage.key, 'ready');
      await this.tell(rows, 'interrupted', claim.stage.key, { kind: claim.stage.kind });
    });
  }

  /**
   * Makes the stages ready again whose worker is gone: its lease ran out, or `isGone` knows better (a dead process of this
   * host need not be waited for). Returns how many.
   */
  async recoverOrphans(isGone: (worker: Pick<WorkerIdentity, 'host' | 'pid'>) => boolean): Promise<number> {
    return this.tools.database.transaction(async (rows) => {
      // Of two who recover at once, the later must see what the earlier has done, not what it is about to do.
      await this.tools.database.holdOtherWriters(rows);
      const running = await rows.find(executionEntity, { where: { status: 'running' } });
      const now = this.tools.clock.now();
      let recovered = 0;
      const orphans = running.filter((execution) => execution.leaseUntil < now || isGone(execution));
      for (const orphan of orphans) {
        const asSeen = { id: orphan.id, status: 'running', leaseUntil: orphan.leaseUntil };
        const { affected } = await rows.update(executionEntity, asSeen, { status: 'orphaned', endedAt: now });
        // Its worker renewed the lease, or ended, in between: it is no orphan.
        if (affected !== 1) continue;
        recovered += 1;
        await this.change(rows, orphan.stageKey as StageKey, 'ready');
        await this.tell(rows, 'orphaned', orphan.stageKey, { token: orphan.token });
      }
      return recovered;
    });
  }

  /**
   * Has stages run again whose artifacts were lost, and what reads them wait for that. What a stage that has not succeeded
   * had kept, a checkpoint, is forgotten.
   */
  async repeat(keys: readonly StageKey[]): Promise<void> {
    await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      for (const key of keys) {
        await this.tools.artifacts.unlink(rows, { kind: 'stage', id: key });
        await this.change(rows, key, 'blocked', ['succeeded']);
        for (const { stageKey } of await rows.find(stageInputEntity, { where: { sourceKey: key } })) {
          await this.change(rows, stageKey as StageKey, 'blocked', ['ready']);
        }
      }
      for (const key of keys) {
        await this.makeReadyIfPossible(rows, key);
        await this.tell(rows, 'repaired', key, {});
      }
    });
  }

  private async nextReady(rows: Rows, submission: string) {
    const query = rows
      .createQueryBuilder(stageEntity, 'stage')
      .innerJoin('submission-stage', 'demand', 'demand.stageKey = stage.key')
      .where('stage.status = :ready AND demand.submissionId = :submission', { ready: 'ready', submission })
      .orderBy({ 'demand.priority': 'ASC' })
      .limit(1);
    // SQLite's transaction holds the write lock already; on Postgres two claimants would meet on one row.
    if (this.tools.database.engine === 'postgres')
      query.setLock('pessimistic_write', undefined, ['stage']).setOnLocked('skip_locked');
    return query.getOne();
  }

  private async change(
    rows: Rows,
    key: StageKey,
    next: StageStatus,
    from: readonly StageStatus[] = statusesBefore(next),
  ): Promise<void> {
    const endedAt = next === 'succeeded' || next === 'failed' ? this.tools.clock.now() : null;
    await rows.update(stageEntity, { key, status: In([...from]) }, { status: next, endedAt });
  }

  private async makeReadyIfPossible(rows: Rows, key: StageKey): Promise<void> {
    const waiting = await rows
      .createQueryBuilder(stageInputEntity, 'input')
      .innerJoin('stage', 'source', 'source.key = input.sourceKey')
      .where('input.stageKey = :key AND source.status <> :succeeded', { key, succeeded: 'succeeded' })
      .getCount();
    if (waiting === 0) await this.change(rows, key, 'ready', ['blocked']);
  }

  private async extend(rows: Rows, { execution, token }: Claim): Promise<void> {
    const held = { id: execution, token, status: 'running' };
    const { affected } = await rows.update(executionEntity, held, { leaseUntil: leaseFrom(this.tools.clock.now()) });
    if (affected !== 1) throw new StaleExecutionError(execution);
  }

  /** The guard on status and token is the fence: of two executions of a stage, only the latest can end. */
  private async end(rows: Rows, claim: Claim, status: ExecutionStatus, facts: Partial<ExecutionRow>): Promise<void> {
    const ended = { ...facts, status, endedAt: this.tools.clock.now() };
    const { affected } = await rows.update(
      executionEntity,
      { id: claim.execution, token: claim.token, status: 'running' },
      ended,
    );
    if (affected !== 1) throw new StaleExecutionError(claim.execution);
  }

  /** What was measured at a step before, by an execution that did not end, is measured again and the same. */
  private async recordMetrics(rows: Rows, key: StageKey, metrics: readonly MetricPoint[]): Promise<void> {
    if (metrics.length === 0) return;
    const steps = [...new Set(metrics.map(({ step }) => step))];
    await rows.delete(metricEntity, { stageKey: key, step: In(steps) });
    await rows.insert(
      metricEntity,
      metrics.map((metric) => ({ stageKey: key, ...metric })),
    );
  }

  /**
   * Every checkpoint that earlier executions of the stage recorded. One that was killed after it had recorded an epoch may
   * not have come to removing the checkpoint before.
   */
  private async checkpointsLeftBy({ stage, token }: Claim): Promise<readonly ContentHash[]> {
    if (token === 1) return [];
    const epochs = await this.tools.events.about('stage', [stage.key], 'epoch');
    return epochs
      .map(({ payload }) => payload['checkpoint'])
      .filter((hash): hash is ContentHash => typeof hash === 'string');
  }

  private tell(rows: Rows, kind: EventKind, stage: string, payload: JsonObject): Promise<void> {
    return this.tools.events.append(rows, [{ kind, subject: { kind: 'stage', id: stage }, payload }]);
  }
}

function sourcesOf(stage: PlannedStage): ReadonlySet<StageKey> {
  return new Set(Object.values(stage.inputs).flatMap((source) => (source.from === 'stage' ? [source.stage] : [])));
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}
