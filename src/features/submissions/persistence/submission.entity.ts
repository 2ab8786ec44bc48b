import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface SubmissionRow {
  id: string;
  revisionId: string;
  state: string;
  /** Why it is paused. */
  reason: string | null;
  /** Since when it has been active, for the limit of hours. */
  activeSince: Date;
  createdAt: Date;
  endedAt: Date | null;
}

export const submissionEntity = new EntitySchema<SubmissionRow>({
  name: 'submission',
  tableName: 'submissions',
  columns: {
    id: { ...columns.key, primary: true },
    revisionId: columns.key,
    state: { ...columns.word, default: 'active' },
    reason: { ...columns.json, nullable: true },
    activeSince: { ...columns.instant, default: 0 },
    createdAt: columns.instant,
    endedAt: { ...columns.instant, nullable: true },
  },
  // One submission a revision: submitting a finished revision again returns it.
  indices: [{ name: 'submissions_by_revision', columns: ['revisionId'], unique: true }],
  foreignKeys: [
    { target: 'revision', columnNames: ['revisionId'], referencedColumnNames: ['id'], onDelete: 'CASCADE' },
  ],
});
