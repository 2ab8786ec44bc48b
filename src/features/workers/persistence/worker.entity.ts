import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface WorkerRow {
  id: string;
  host: string;
  pid: number;
  slots: number;
  /** By kind of stage, the code versions that it can run. */
  codeVersions: string;
  startedAt: Date;
  seenAt: Date;
  endedAt: Date | null;
}

export const workerEntity = new EntitySchema<WorkerRow>({
  name: 'worker',
  tableName: 'workers',
  columns: {
    id: { ...columns.key, primary: true },
    host: columns.key,
    pid: columns.integer,
    slots: columns.integer,
    codeVersions: columns.json,
    startedAt: columns.instant,
    seenAt: columns.instant,
    endedAt: { ...columns.instant, nullable: true },
  },
  indices: [{ name: 'workers_by_end', columns: ['endedAt'] }],
});
