import type { Execution, StageKey } from '#features/stages/domain/stage.ts';
import type { Trial } from '#features/trials/domain/trial.ts';
import { workerStatus, type Worker, type WorkerStatus } from '#features/workers/domain/worker.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { Application } from '../application.ts';
import { stagePurposes } from './stage-purposes.ts';
import { formatSeconds } from './table.ts';

/** A stage that somebody runs now. */
export interface RunningStage {
  readonly stage: StageKey;
  readonly kind: StageKind;
  /** The arm that it is for, or how many trials share it. */
  readonly purpose: string;
  readonly seconds: number;
}

/** A worker with what it is doing. */
export interface WorkerAtWork extends Pick<Worker, 'id' | 'host' | 'pid' | 'slots' | 'codeVersions'> {
  readonly status: WorkerStatus;
  readonly since: Date;
  readonly seen: Date;
  readonly runs: readonly RunningStage[];
}

/** All that ever worked here, newest first. */
export async function workersAtWork(application: Application): Promise<readonly WorkerAtWork[]> {
  const now = application.clock.now();
  const [workers, executions] = [await application.workers.list(), await application.stages.running()];
  const running = executions.length === 0 ? [] : await describeAll(application, executions, now);
  return workers.map((worker) => {
    const { id, host, pid, slots, codeVersions, startedAt: since, seenAt: seen } = worker;
    const status = workerStatus(worker, now);
    // A process may have worked before under another id; what it runs, it runs now.
    const isItsOwn = (execution: Execution): boolean =>
      status !== 'ended' && execution.host === host && execution.pid === pid && execution.claimedAt >= since;
    const runs = running.filter(({ execution }) => isItsOwn(execution)).map(({ stage }) => stage);
    return { id, host, pid, slots, codeVersions, status, since, seen, runs };
  });
}

export function isWorking({ status }: Pick<WorkerAtWork, 'status'>): boolean {
  return status === 'working';
}

export function runningWords({ kind, purpose, seconds }: RunningStage): string {
  return `${kind} ${purpose}, ${formatSeconds(seconds)}`;
}

async function describeAll(
  application: Application,
  executions: readonly Execution[],
  now: Date,
): Promise<readonly { readonly execution: Execution; readonly stage: RunningStage }[]> {
  const stages = await application.stages.findByKeys(executions.map(({ stage }) => stage));
  const purposes = stagePurposes(await trialsOfActive(application));
  return executions.flatMap((execution) => {
    const stage = stages.get(execution.stage);
    if (stage === undefined) return [];
    const { key, kind } = stage;
    const seconds = Math.max(0, now.getTime() - execution.claimedAt.getTime()) / 1000;
    return [{ execution, stage: { stage: key, kind, purpose: purposes.get(key) ?? key.slice(0, 12), seconds } }];
  });
}

/** What runs belongs to what is active, or was when it began. */
async function trialsOfActive({ submissions, trials }: Application): Promise<readonly Trial[]> {
  const known = (await submissions.list()).filter(({ state }) => state === 'active' || state === 'paused');
  return (await Promise.all(known.map(({ revision }) => trials.ofRevision(revision)))).flat();
}
