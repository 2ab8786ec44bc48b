import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

/** Who holds an office that only one process may hold at a time. */
export interface LeadershipRow {
  office: string;
  holder: string;
  host: string;
  pid: number;
  leaseUntil: Date;
}

export const leadershipEntity = new EntitySchema<LeadershipRow>({
  name: 'leadership',
  tableName: 'leaderships',
  columns: {
    office: { ...columns.key, primary: true },
    holder: columns.key,
    host: columns.key,
    pid: columns.integer,
    leaseUntil: columns.instant,
  },
});
