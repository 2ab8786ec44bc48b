import type { PlannedStage } from '#features/stages/domain/stage.ts';
import type { Application } from '../application.ts';
import { isWorking, workersAtWork, type WorkerAtWork } from './workers-at-work.ts';

type CodeOfStage = Pick<PlannedStage, 'kind' | 'codeVersion'>;

/** Who will work on some stages, or how to have somebody do it. */
export async function whoWorks(application: Application, stages: readonly CodeOfStage[]): Promise<string> {
  return workforceLine((await workersAtWork(application)).filter(isWorking), stages);
}

export function workforceLine(
  workers: readonly Pick<WorkerAtWork, 'slots' | 'codeVersions'>[],
  stages: readonly CodeOfStage[],
): string {
  const start = '`sprintlab worker` starts one, `sprintlab run MANIFEST` works on it here';
  if (workers.length === 0) return `No worker is alive, so nothing runs yet: ${start}.`;
  const able = workers.filter(({ codeVersions }) =>
    stages.every(({ kind, codeVersion }) => codeVersions[kind] === codeVersion),
  );
  if (able.length === 0) {
    return `The ${counted(workers.length, 'worker')} alive cannot run it, having other code: ${start}.`;
  }
  const slots = able.reduce((sum, worker) => sum + worker.slots, 0);
  return `Alive: ${counted(able.length, 'worker')}, ${counted(slots, 'stage')} at once.`;
}

export function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
