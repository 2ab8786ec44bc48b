import { workerStatus, type Worker } from '#features/workers/domain/worker.ts';
import type { Application } from './application.ts';

/** Those that have said lately that they work. */
export async function livingWorkers({
  workers,
  clock,
}: Pick<Application, 'workers' | 'clock'>): Promise<readonly Worker[]> {
  const now = clock.now();
  return (await workers.list()).filter((worker) => workerStatus(worker, now) === 'working');
}
