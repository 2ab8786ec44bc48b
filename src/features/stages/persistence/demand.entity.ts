import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface DemandRow {
  submissionId: string;
  state: string;
  /** Larger goes first. */
  urgency: number;
  /** The most stages of it that may be ready or running at a time; `null` for no limit. */
  concurrency: number | null;
}

export const demandEntity = new EntitySchema<DemandRow>({
  name: 'demand',
  tableName: 'demands',
  columns: {
    submissionId: { ...columns.key, primary: true },
    state: columns.word,
    urgency: columns.integer,
    concurrency: { ...columns.integer, nullable: true },
  },
  indices: [{ name: 'demands_by_state', columns: ['state'] }],
  foreignKeys: [
    { target: 'submission', columnNames: ['submissionId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  ],
});
