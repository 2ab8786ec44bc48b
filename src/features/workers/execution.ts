import { join } from 'node:path';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import type { EpochMessage } from '#features/stages/domain/stage-order.ts';
import { StaleExecutionError, type Stage, type StageFailure, type StageUsage } from '#features/stages/domain/stage.ts';
import type { FailureVerdict, StageLedger } from '#features/stages/stage-ledger.ts';
import type { Claim } from '#features/stages/stage-queue.port.ts';
import type { Clock } from '#kernel/clock.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import type { ProgressReport } from '#science/stages/stage.ts';
import { CallDesk } from './call-desk.ts';
import { ExecutionLog } from './execution-log.ts';
import { runInProcess, type StageEnd, type StageProgram } from './jobs/stage-process.ts';
import { checkpointName, orderFor } from './stage-orders.ts';

/** What happens to the stages of a worker, for whoever watches it. */
export type WorkNews =
  | { readonly kind: 'started'; readonly stage: Stage; readonly execution: string }
  | { readonly kind: 'report'; readonly stage: Stage; readonly report: ProgressReport }
  | { readonly kind: 'epoch'; readonly stage: Stage; readonly epoch: EpochMessage }
  | { readonly kind: 'succeeded'; readonly stage: Stage; readonly usage: StageUsage }
  | {
      readonly kind: 'failed';
      readonly stage: Stage;
      readonly failure: StageFailure;
      readonly verdict: FailureVerdict;
    }
  /** Its execution was cancelled, or taken for dead: somebody else decides what becomes of it. */
  | { readonly kind: 'lost'; readonly stage: Stage }
  | { readonly kind: 'interrupted'; readonly stage: Stage };

export interface ExecutionTools {
  readonly ledger: StageLedger;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly clock: Clock;
  readonly program: StageProgram;
  /** What the bits of a result depend on. */
  readonly environment: JsonObject;
}

export interface ExecutionWatch {
  /** The worker is to stop: the stage goes back. */
  readonly stop: AbortSignal;
  /** The stage is no longer this worker's. */
  readonly lost: AbortSignal;
  readonly onNews: (news: WorkNews) => void;
}

/** One try of a stage: has it run in a process of its own and records what comes of it, however it ends. */
export class Execution {
  private readonly log: ExecutionLog;
  /** Aborted when something could not be recorded: what the process still does would be in vain. */
  private readonly broken = new AbortController();

  constructor(
    private readonly tools: ExecutionTools,
    private readonly claim: Claim,
    private readonly watch: ExecutionWatch,
  ) {
    this.log = new ExecutionLog(tools.clock);
  }

  /** Resolves when the end is recorded. @throws what kept it from being recorded, such as a full disk. */
  async run(): Promise<void> {
    const { stage } = this.claim;
    try {
      this.watch.onNews({ kind: 'started', stage, execution: this.claim.execution });
      this.log.write(`claimed ${stage.kind} ${stage.key}, try ${this.claim.token}`);
      await this.tools.artifacts.store.withWorkspace((folder) => this.runIn(folder));
    } catch (error) {
      if (error instanceof StaleExecutionError) this.watch.onNews({ kind: 'lost', stage });
      else await this.recordFailure(toFailure(error)).catch((late: unknown) => this.bearIfStale(late));
    }
  }

  private async runIn(folder: string): Promise<void> {
    const checkpoint = checkpointName(this.tools.environment);
    const order = await orderFor(this.claim.stage, this.tools.artifacts, { folder, checkpoint });
    const desk = new CallDesk(this.tools.calls, this.tools.ledger, this.claim);
    // One after the other, in the order in which the process told them.
    let recorded = Promise.resolve();
    const record = (work: () => Promise<void>): void => {
      recorded = recorded.then(work);
      // It is awaited below; a rejection that nobody waits for would end this process.
      recorded.catch(() => this.broken.abort());
    };
    const end = await runInProcess(this.tools.program, order, {
      ...this.listener(folder, checkpoint, record),
      onCalls: (requests, reply) => {
        desk.take(requests);
        record(async () => reply({ type: 'calls', replies: await desk.serve() }));
      },
    });
    await recorded;
    await desk.close();
    await this.record(end, folder);
  }

  private listener(folder: string, checkpoint: string, record: (work: () => Promise<void>) => void) {
    const { ledger } = this.tools;
    const { claim, watch } = this;
    return {
      onStarted: () => record(() => ledger.started(claim)),
      onReport: (report: ProgressReport) => {
        this.log.write(reportLine(report));
        if (report.kind === 'warning') record(() => ledger.warned(claim, report.message));
        watch.onNews({ kind: 'report', stage: claim.stage, report });
      },
      onEpoch: (epoch: EpochMessage) => {
        this.log.write(epochLine(epoch));
        record(() => this.recordEpoch(epoch, join(folder, epoch.checkpoint), checkpoint));
      },
      onText: (text: string) => this.log.write(text),
      signal: AbortSignal.any([watch.stop, watch.lost, this.broken.signal]),
    };
  }

  private async recordEpoch(epoch: EpochMessage, file: string, name: string): Promise<void> {
    const checkpoint = await this.tools.artifacts.store.adopt(file);
    await this.tools.ledger.recordEpoch(this.claim, { epoch, checkpoint, name });
    this.watch.onNews({ kind: 'epoch', stage: this.claim.stage, epoch });
  }

  private async record(end: StageEnd, folder: string): Promise<void> {
    const { stage } = this.claim;
    switch (end.type) {
      case 'done': {
        const { metrics, usage } = end;
        const artifacts = await this.adopt(folder, end.files);
        this.log.write(`succeeded after ${usage.seconds.toFixed(2)} s, ${usage.peakMemoryBytes} bytes at most`);
        await this.tools.ledger.complete(this.claim, { artifacts, metrics, usage, log: await this.keepLog() });
        this.watch.onNews({ kind: 'succeeded', stage, usage });
        return;
      }
      case 'failed':
        await this.recordFailure(end.failure);
        return;
      case 'interrupted':
        if (this.watch.lost.aborted) throw new StaleExecutionError(this.claim.execution);
        await this.tools.ledger.giveBack(this.claim);
        this.watch.onNews({ kind: 'interrupted', stage });
    }
  }

  private async recordFailure(failure: StageFailure): Promise<void> {
    this.log.write(`failed: ${failure.code}: ${failure.stack ?? failure.message}`);
    // Without its log a failure is still worth recording: the disk may be what failed.
    const log = await this.keepLog().catch(() => null);
    const verdict = await this.tools.ledger.fail(this.claim, failure, log);
    this.watch.onNews({ kind: 'failed', stage: this.claim.stage, failure, verdict });
  }

  /** Somebody else has the stage now: his result counts. */
  private bearIfStale(error: unknown): void {
    if (!(error instanceof StaleExecutionError)) throw error;
    this.watch.onNews({ kind: 'lost', stage: this.claim.stage });
  }

  private async adopt(folder: string, files: readonly string[]): Promise<Record<string, StoredObject>> {
    const adopted: Record<string, StoredObject> = {};
    for (const file of files) adopted[file] = await this.tools.artifacts.store.adopt(join(folder, file));
    return adopted;
  }

  private keepLog(): Promise<StoredObject> {
    return this.tools.artifacts.store.put(new TextEncoder().encode(this.log.text()));
  }
}

function reportLine(report: ProgressReport): string {
  if (report.kind === 'warning') return `warning: ${report.message}`;
  return `${report.done} of ${report.total} ${report.unit}`;
}

function epochLine({ epoch, epochs, seconds, metrics }: EpochMessage): string {
  const values = metrics.map(({ split, name, value }) => `${split} ${name} ${value}`).join(', ');
  return `epoch ${epoch} of at most ${epochs} in ${seconds.toFixed(2)} s: ${values}`;
}

/** A full disk may have room again, and a data base answer; what a stage refuses it refuses with every try. */
const PASSING: ReadonlySet<string> = new Set(['STORAGE_FAILED', 'DATABASE_FAILED', 'DATABASE_UNREACHABLE']);

function toFailure(error: unknown): StageFailure {
  if (isDomainError(error)) {
    return { code: error.code, message: error.message, stack: null, isRefusal: !PASSING.has(error.code) };
  }
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: 'DEFECT', message, stack: stack ?? null, isRefusal: false };
}
