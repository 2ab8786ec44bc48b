import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ArtifactsService } from '#features/artifacts/artifacts.service.ts';
import type { CallsService } from '#features/calls/calls.service.ts';
import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { canonicalJson } from '#kernel/json.ts';
import { isDomainError } from '#kernel/domain-error.ts';
import type { StoredObject } from '#platform/object-store/folder-object-store.ts';
import type { ProgressReport } from '#science/stages/stage.ts';
import { CallDesk } from './call-desk.ts';
import type { EpochMessage, StageInput, StageOrder } from './domain/stage-order.ts';
import {
  StaleExecutionError,
  type Stage,
  type StageFailure,
  type StageSource,
  type StageUsage,
} from './domain/stage.ts';
import { LEASE_MS, type Claim, type StageQueue, type StageResult, type WorkerIdentity } from './stage-queue.ts';
import type { StagesService } from './stages.service.ts';
import { runInProcess, type StageEnd } from './jobs/stage-process.ts';

export type WorkNews =
  | { readonly kind: 'started'; readonly stage: Stage }
  | { readonly kind: 'report'; readonly stage: Stage; readonly report: ProgressReport }
  | { readonly kind: 'epoch'; readonly stage: Stage; readonly epoch: EpochMessage }
  | { readonly kind: 'succeeded'; readonly stage: Stage; readonly usage: StageUsage }
  | { readonly kind: 'failed'; readonly stage: Stage; readonly failure: StageFailure }
  | { readonly kind: 'recovered'; readonly stages: number };

export interface Work {
  readonly submission: string;
  /** Processes at once. */
  readonly slots: number;
  readonly signal: AbortSignal;
  readonly onNews: (news: WorkNews) => void;
}

/** How long an idle slot waits before it looks again, when no stage of this worker ended in between. */
const IDLE_MS = 300;

export interface WorkerTools {
  readonly queue: StageQueue;
  readonly stages: StagesService;
  readonly artifacts: ArtifactsService;
  readonly calls: CallsService;
  readonly identity: WorkerIdentity;
  /** The file of the program that runs one stage. */
  readonly program: string;
}

/** Claims the stages of a submission and has each run in a process of its own, until none is left. */
export class StageWorker {
  private readonly inFlight = new Set<Promise<void>>();

  constructor(private readonly tools: WorkerTools) {}

  /** Returns when every stage of the submission has ended or cannot begin, or soon after `signal` is aborted. */
  async work(work: Work): Promise<void> {
    await this.recover(work);
    const failed = new AbortController();
    const own = { ...work, signal: AbortSignal.any([work.signal, failed.signal]) };
    const slots = Array.from({ length: work.slots }, () =>
      this.occupySlot(own).catch((error: unknown) => {
        // Where one slot cannot record what it did (a full disk), the others cannot either.
        failed.abort();
        throw error;
      }),
    );
    // All are waited for: a slot that goes on would use a database that its owner has closed.
    await Promise.allSettled(slots);
    await Promise.all(slots);
  }

  private async occupySlot(work: Work): Promise<void> {
    while (!work.signal.aborted) {
      const claim = await this.tools.queue.claim(work.submission, this.tools.identity);
      if (claim !== null) await this.tracked(this.execute(claim, work));
      else if (await this.isOver(work)) return;
    }
  }

  /** Nothing is ready: either the end, or somebody (a slot of ours, another worker) is still busy. */
  private async isOver(work: Work): Promise<boolean> {
    const { running, ready } = await this.tools.stages.countByStatus(work.submission);
    if (running === 0 && ready === 0) return true;
    if (this.inFlight.size === 0) await this.recover(work);
    await Promise.race([...this.inFlight, delay(IDLE_MS)]);
    return false;
  }

  private async recover(work: Work): Promise<void> {
    const stages = await this.tools.queue.recoverOrphans((worker) => isGone(worker, this.tools.identity));
    if (stages > 0) work.onNews({ kind: 'recovered', stages });
  }

  private async tracked(execution: Promise<void>): Promise<void> {
    this.inFlight.add(execution);
    try {
      await execution;
    } finally {
      this.inFlight.delete(execution);
    }
  }

  private async execute(claim: Claim, work: Work): Promise<void> {
    const lost = new AbortController();
    const renewal = setInterval(() => void this.tools.queue.renew(claim).catch(() => lost.abort()), LEASE_MS / 3);
    try {
      work.onNews({ kind: 'started', stage: claim.stage });
      await this.tools.artifacts.store.withWorkspace((folder) => this.runAndRecord(claim, work, { folder, lost }));
    } catch (error) {
      // Somebody else has the stage now: his result counts.
      if (error instanceof StaleExecutionError) return;
      await this.recordFailure(claim, work, toFailure(error)).catch((stale: unknown) => {
        if (!(stale instanceof StaleExecutionError)) throw stale;
      });
    } finally {
      clearInterval(renewal);
    }
  }

  private async runAndRecord(
    claim: Claim,
    work: Work,
    { folder, lost }: { readonly folder: string; readonly lost: AbortController },
  ): Promise<void> {
    const order = await this.orderFor(claim.stage, folder);
    // One after the other, in the order in which the process told them.
    let recorded = Promise.resolve();
    const recording = (record: () => Promise<void>): void => {
      recorded = recorded.then(record);
      // It is awaited below; a rejection that nobody waits for would end this process.
      recorded.catch(() => lost.abort());
    };
    const desk = new CallDesk(this.tools.calls, this.tools.queue, claim);
    const end = await runInProcess(this.tools.program, order, {
      onStarted: () => recording(() => this.tools.queue.started(claim)),
      onReport: (report) => {
        if (report.kind === 'warning') recording(() => this.tools.queue.warned(claim, report.message));
        work.onNews({ kind: 'report', stage: claim.stage, report });
      },
      onCalls: (requests, reply) => {
        desk.take(requests);
        recording(async () => reply({ type: 'calls', replies: await desk.serve() }));
      },
      onEpoch: (epoch) => recording(() => this.recordEpoch(claim, work, { epoch, folder })),
      signal: AbortSignal.any([work.signal, lost.signal]),
    });
    await recorded;
    await desk.close();
    await this.record(claim, work, { end, folder });
  }

  private async recordEpoch(
    claim: Claim,
    work: Work,
    { epoch, folder }: { readonly epoch: EpochMessage; readonly folder: string },
  ): Promise<void> {
    const checkpoint = await this.tools.artifacts.store.adopt(join(folder, epoch.checkpoint));
    await this.tools.queue.recordEpoch(claim, { epoch, checkpoint, name: this.checkpointName() });
    work.onNews({ kind: 'epoch', stage: claim.stage, epoch });
  }

  /** Bits depend on the build of the runtime and the class of processor: a checkpoint is continued only where it was made. */
  private checkpointName(): string {
    return `checkpoint-${contentHash(canonicalJson(this.tools.identity.environment)).slice(0, 8)}.safetensors`;
  }

  private async record(
    claim: Claim,
    work: Work,
    { end, folder }: { readonly end: StageEnd; readonly folder: string },
  ): Promise<void> {
    switch (end.type) {
      case 'done': {
        const result: StageResult = {
          artifacts: await this.adopt(folder, end.files),
          metrics: end.metrics,
          usage: end.usage,
        };
        await this.tools.queue.complete(claim, result);
        work.onNews({ kind: 'succeeded', stage: claim.stage, usage: end.usage });
        return;
      }
      case 'failed':
        await this.recordFailure(claim, work, end.failure);
        return;
      case 'interrupted':
        await this.tools.queue.release(claim);
    }
  }

  private async recordFailure(claim: Claim, work: Work, failure: StageFailure): Promise<void> {
    await this.tools.queue.fail(claim, failure);
    work.onNews({ kind: 'failed', stage: claim.stage, failure });
  }

  private async adopt(folder: string, files: readonly string[]): Promise<Record<string, StoredObject>> {
    const adopted: Record<string, StoredObject> = {};
    for (const file of files) adopted[file] = await this.tools.artifacts.store.adopt(join(folder, file));
    return adopted;
  }

  private async orderFor(stage: Stage, outputFolder: string): Promise<StageOrder> {
    const inputs: Record<string, StageInput> = {};
    for (const [name, source] of Object.entries(stage.inputs)) {
      const hash = await this.hashOf(source);
      inputs[name] = { path: this.tools.artifacts.store.pathOf(hash), hash, from: source.from };
    }
    const own = await this.tools.artifacts.of('stage', [stage.key]);
    const checkpoint = own.find(({ name }) => name === this.checkpointName());
    if (checkpoint !== undefined) {
      const path = this.tools.artifacts.store.pathOf(checkpoint.hash);
      inputs['checkpoint'] = { path, hash: checkpoint.hash, from: 'stage' };
    }
    return { kind: stage.kind, parameters: stage.parameters, inputs, outputFolder };
  }

  private async hashOf(source: StageSource): Promise<ContentHash> {
    if (source.from === 'dataset') return source.hash;
    const made = await this.tools.artifacts.of('stage', [source.stage]);
    const artifact = made.find(({ name }) => name === source.artifact);
    if (artifact === undefined) throw new Error(`Stage ${source.stage} made no ${source.artifact}.`);
    return artifact.hash;
  }
}

/** A process of this host can be asked; for another host only its lease tells. */
function isGone(worker: Pick<WorkerIdentity, 'host' | 'pid'>, here: WorkerIdentity): boolean {
  if (worker.host !== here.host || worker.pid === here.pid) return false;
  try {
    process.kill(worker.pid, 0);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH';
  }
}

function toFailure(error: unknown): StageFailure {
  if (isDomainError(error)) return { code: error.code, message: error.message, stack: null };
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  return { code: 'DEFECT', message, stack: stack ?? null };
}
