import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

/** How far one server has been told. */
export interface MirrorRow {
  /** Hash of its address. */
  server: string;
  url: string;
  /** Number of the last event that it was told of. */
  mirroredThrough: number;
  /** Why it is told nothing more at the moment. */
  problem: string | null;
  problemSince: Date | null;
  mirroredAt: Date | null;
}

export const mirrorEntity = new EntitySchema<MirrorRow>({
  name: 'mirror',
  tableName: 'mirrors',
  columns: {
    server: { ...columns.key, primary: true },
    url: columns.text,
    mirroredThrough: columns.bigInteger,
    problem: { ...columns.text, nullable: true },
    problemSince: { ...columns.instant, nullable: true },
    mirroredAt: { ...columns.instant, nullable: true },
  },
});

/** Which run of a server is which of our submissions, trials and profilings. */
export interface MirroredRunRow {
  server: string;
  subjectKind: string;
  subjectId: string;
  experimentId: string;
  runId: string;
  /** Hash of what it was told of itself last: status, end, name, parameters, tags. */
  told: string;
  hasEnded: boolean;
  /** Why it is told nothing more, until it is repaired. */
  problem: string | null;
}

export const mirroredRunEntity = new EntitySchema<MirroredRunRow>({
  name: 'mirrored-run',
  tableName: 'mirrored_runs',
  columns: {
    server: { ...columns.key, primary: true },
    subjectKind: { ...columns.word, primary: true },
    subjectId: { ...columns.key, primary: true },
    experimentId: columns.key,
    runId: columns.key,
    told: columns.key,
    hasEnded: columns.flag,
    problem: { ...columns.text, nullable: true },
  },
  foreignKeys: [{ target: 'mirror', columnNames: ['server'], referencedColumnNames: ['server'], onDelete: 'CASCADE' }],
});
