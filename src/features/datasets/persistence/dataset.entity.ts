import { EntitySchema } from 'typeorm';
import { columns } from '#platform/database/columns.ts';

export interface DatasetRow {
  name: string;
  digest: string;
  columns: string;
  counts: string;
  files: string;
  origin: string;
  createdAt: Date;
}

export const datasetEntity = new EntitySchema<DatasetRow>({
  name: 'dataset',
  tableName: 'datasets',
  columns: {
    name: { ...columns.key, primary: true },
    digest: columns.key,
    columns: columns.json,
    counts: columns.json,
    files: columns.json,
    origin: columns.json,
    createdAt: columns.instant,
  },
});
