import type { WorkerIdentity } from '#features/stages/domain/worker-identity.ts';

/** A process that runs stages, as it was last heard of. */
export interface Worker extends Pick<WorkerIdentity, 'host' | 'pid' | 'codeVersions'> {
  readonly id: string;
  /** Processes of stages at once. */
  readonly slots: number;
  readonly startedAt: Date;
  readonly seenAt: Date;
  /** `null` while it works, or has vanished without a word. */
  readonly endedAt: Date | null;
}

/** A worker says that it lives every few seconds; after so many milliseconds of silence it counts as gone. */
const SILENCE_MS = 20_000;

export type WorkerStatus = 'working' | 'ended' | 'gone';

export function workerStatus({ endedAt, seenAt }: Pick<Worker, 'endedAt' | 'seenAt'>, now: Date): WorkerStatus {
  if (endedAt !== null) return 'ended';
  return now.getTime() - seenAt.getTime() > SILENCE_MS ? 'gone' : 'working';
}
