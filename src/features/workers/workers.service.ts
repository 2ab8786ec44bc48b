import { randomUUID } from 'node:crypto';
import type { WorkerIdentity } from '#features/stages/domain/worker-identity.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Database } from '#platform/database/database.ts';
import type { StageKind } from '#science/stages/stage.ts';
import type { Worker } from './domain/worker.ts';
import { workerEntity, type WorkerRow } from './persistence/worker.entity.ts';

/** Who works on this home, on whatever host. */
export class WorkersService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Returns the id under which the worker says that it lives. */
  async register({ host, pid, codeVersions }: WorkerIdentity, slots: number): Promise<string> {
    const id = randomUUID();
    const now = this.clock.now();
    const row = { id, host, pid, slots, codeVersions: JSON.stringify(codeVersions), startedAt: now, seenAt: now };
    await this.database.transaction((rows) => rows.insert(workerEntity, { ...row, endedAt: null }));
    return id;
  }

  async seen(id: string): Promise<void> {
    const seenAt = this.clock.now();
    await this.database.transaction((rows) => rows.update(workerEntity, { id }, { seenAt }));
  }

  async end(id: string): Promise<void> {
    const now = this.clock.now();
    await this.database.transaction((rows) => rows.update(workerEntity, { id }, { seenAt: now, endedAt: now }));
  }

  /** Newest first. */
  async list(): Promise<readonly Worker[]> {
    const order = { startedAt: 'DESC', id: 'ASC' } as const;
    return (await this.database.read((rows) => rows.find(workerEntity, { order }))).map(toWorker);
  }
}

function toWorker(row: WorkerRow): Worker {
  const codeVersions = JSON.parse(row.codeVersions) as Record<StageKind, string>;
  const { id, host, pid, slots, startedAt, seenAt, endedAt } = row;
  return { id, host, pid, slots, codeVersions, startedAt, seenAt, endedAt };
}
