import { In, MoreThanOrEqual } from 'typeorm';
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
import { pauseBeforeRetry } from './domain/retry.ts';
import {
  StaleExecutionError,
  type ExecutionStatus,
  type StageFailure,
  type StageKey,
  type StageUsage,
} from './domain/stage.ts';
import type { EpochMessage } from './domain/stage-order.ts';
import { executionEntity, metricEntity, type ExecutionRow } from './persistence/execution.entity.ts';
import { changeStages } from './persistence/stage-changes.ts';
import { stageEntity } from './persistence/stage.entity.ts';
import { LEASE_MS, type Claim } from './stage-queue.port.ts';
import type { StageRelease } from './stage-release.ts';

export interface StageResult {
  readonly artifacts: Readonly<Record<string, StoredObject>>;
  readonly metrics: readonly MetricPoint[];
  readonly usage: StageUsage;
  /** What the execution said; `null` where that could not be kept. */
  readonly log: StoredObject | null;
}

export interface RecordedEpoch {
  readonly epoch: EpochMessage;
  readonly checkpoint: StoredObject;
  /** The name under which the stage keeps the checkpoint. */
  readonly name: string;
}

export interface LedgerTools {
  readonly database: Database;
  readonly clock: Clock;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly events: EventsService;
  readonly release: StageRelease;
}

/** What became of a mishap: the stage is tried again after a pause, or has failed. */
export type FailureVerdict = { readonly outcome: 'retried'; readonly pauseMs: number } | { readonly outcome: 'failed' };

/**
 * Takes what executions find. Promises:
 * - a result is recorded once, with its artifacts, metrics and event in one transaction, and only under the latest token;
 * - what a late execution brings is refused, and nothing of it is written.
 *
 * What tells an event holds other writers from its start: taken after the rows, the lock would meet those who take it before.
 */
export class StageLedger {
  constructor(private readonly tools: LedgerTools) {}

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

  /** The first report of the stage's own process arrived. @throws StaleExecutionError */
  async started(claim: Claim): Promise<void> {
    const { key, kind } = claim.stage;
    await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      await this.extend(rows, claim);
      await this.tell(rows, 'started', key, { kind, token: claim.token });
    });
  }

  /**
   * Keeps what an epoch measured together with the state after it: a stage that is taken up again goes on from the one
   * without measuring the other twice.
   * @throws StaleExecutionError when another execution has taken over.
   */
  async recordEpoch(claim: Claim, { epoch, checkpoint, name }: RecordedEpoch): Promise<void> {
    const owner = { kind: 'stage', id: claim.stage.key } as const;
    const replaced = await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      await this.extend(rows, claim);
      const before = await this.tools.artifacts.link(rows, owner, { [name]: checkpoint });
      const { epoch: number, metrics, seconds, tokens } = epoch;
      // An execution that began again follows one that had come further: what that measured from here on is not of this training.
      await rows.delete(metricEntity, { stageKey: claim.stage.key, step: MoreThanOrEqual(number) });
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
    await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      await this.extend(rows, claim);
      const warning = { kind: 'warned', subject: { kind: 'stage', id }, payload: { kind, message } } as const;
      await this.tools.events.appendOnce(rows, warning);
    });
  }

  /** @throws StaleExecutionError when another execution has taken over. */
  async complete(claim: Claim, result: StageResult): Promise<void> {
    const replaced = await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      await this.end(rows, claim, 'succeeded', { usage: JSON.stringify(result.usage) });
      await changeStages(rows, [claim.stage.key], { to: 'succeeded', facts: { failures: 0, ...this.ended() } });
      const before = await this.tools.artifacts.link(rows, { kind: 'stage', id: claim.stage.key }, result.artifacts);
      await this.recordMetrics(rows, claim.stage.key, result.metrics);
      await this.linkLog(rows, claim, result.log);
      const hashes = Object.fromEntries(Object.entries(result.artifacts).map(([name, { hash }]) => [name, hash]));
      const calls = await this.tools.calls.digestOf(rows, claim.stage.key);
      const called = calls === null ? {} : { calls: { ...calls } };
      await this.tell(rows, 'succeeded', claim.stage.key, { kind: claim.stage.kind, artifacts: hashes, ...called });
      await this.tools.release.releaseAfter(rows, claim.stage.key);
      return before;
    });
    await this.tools.artifacts.discardUnlinked([...replaced, ...(await this.checkpointsLeftBy(claim))]);
  }

  /** Records that an execution ended without a result. */
  async fail(claim: Claim, failure: StageFailure, log: StoredObject | null): Promise<FailureVerdict> {
    const { key, kind } = claim.stage;
    return this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      await this.end(rows, claim, 'failed', { error: JSON.stringify(failure) });
      await this.linkLog(rows, claim, log);
      const { failures: before } = await rows.findOneOrFail(stageEntity, { where: { key } });
      const failures = before + 1;
      const pauseMs = pauseBeforeRetry(failure, failures);
      const { code, message } = failure;
      if (pauseMs === null) {
        await changeStages(rows, [key], { to: 'failed', facts: { failures, ...this.ended() } });
        await this.tell(rows, 'failed', key, { kind, code, message });
        await this.tools.release.release(rows);
        return { outcome: 'failed' };
      }
      const notBefore = new Date(this.tools.clock.now().getTime() + pauseMs);
      await changeStages(rows, [key], { to: 'blocked', from: ['running'], facts: { failures, notBefore } });
      await this.tell(rows, 'retried', key, { kind, code, message, pauseMs });
      return { outcome: 'retried', pauseMs };
    });
  }

  /** Gives a running stage back, for another worker to take up. */
  async giveBack(claim: Claim): Promise<void> {
    await this.tools.database.transaction(async (rows) => {
      await this.tools.database.holdOtherWriters(rows);
      await this.end(rows, claim, 'interrupted', {});
      await changeStages(rows, [claim.stage.key], { to: 'blocked', from: ['running'] });
      await this.tell(rows, 'interrupted', claim.stage.key, { kind: claim.stage.kind });
      await this.tools.release.release(rows);
    });
  }

  /** Those of some executions that still run under their lease: the others were cancelled, or taken for dead. */
  async held(executions: readonly string[]): Promise<ReadonlySet<string>> {
    const found = await this.tools.database.read((rows) =>
      rows.find(executionEntity, { select: { id: true }, where: { id: In([...executions]), status: 'running' } }),
    );
    return new Set(found.map(({ id }) => id));
  }

  /** Renews the leases of all that a worker runs, in one statement. Those that are lost are not renewed. */
  async renewAll(claims: readonly Claim[]): Promise<void> {
    const ids = claims.map(({ execution }) => execution);
    await this.tools.database.transaction(async (rows) => {
      const leaseUntil = leaseFrom(this.tools.clock.now());
      await rows.update(executionEntity, { id: In(ids), status: 'running' }, { leaseUntil });
    });
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

  private async linkLog(rows: Rows, { execution }: Claim, log: StoredObject | null): Promise<void> {
    if (log !== null) await this.tools.artifacts.link(rows, { kind: 'execution', id: execution }, { 'log.txt': log });
  }

  private ended(): { readonly endedAt: Date } {
    return { endedAt: this.tools.clock.now() };
  }

  private tell(rows: Rows, kind: EventKind, stage: string, payload: JsonObject): Promise<void> {
    return this.tools.events.append(rows, [{ kind, subject: { kind: 'stage', id: stage }, payload }]);
  }
}

function leaseFrom(now: Date): Date {
  return new Date(now.getTime() + LEASE_MS);
}
