import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface ExperimentRow {
  name: string;
  createdAt: Date;
}

export const experimentEntity = new EntitySchema<ExperimentRow>({
  name: 'experiment',
  tableName: 'experiments',
  columns: { name: { ...columns.key, primary: true }, createdAt: columns.instant },
});

export interface RevisionRow {
  id: string;
  experiment: string;
  number: number;
  manifest: string;
  source: string;
  createdAt: Date;
}

export const revisionEntity = new EntitySchema<RevisionRow>({
  name: 'revision',
  tableName: 'revisions',
  columns: {
    id: { ...columns.key, primary: true },
    experiment: columns.key,
    number: columns.integer,
    manifest: columns.json,
    source: columns.text,
    createdAt: columns.instant,
  },
  indices: [{ name: 'revisions_by_number', columns: ['experiment', 'number'], unique: true }],
  foreignKeys: [
    { target: 'experiment', columnNames: ['experiment'], referencedColumnNames: ['name'], onDelete: 'CASCADE' },
  ],
});
