import type { ContentHash } from '#kernel/content-hash.ts';
import type { Dataset } from '../domain/dataset.ts';
import type { DatasetRow } from './dataset.entity.ts';

export function toDataset(row: DatasetRow): Dataset {
  return {
    name: row.name,
    digest: row.digest as ContentHash,
    columns: JSON.parse(row.columns) as Dataset['columns'],
    counts: JSON.parse(row.counts) as Dataset['counts'],
    files: JSON.parse(row.files) as Dataset['files'],
    origin: JSON.parse(row.origin) as Dataset['origin'],
    createdAt: row.createdAt,
  };
}

export function toDatasetRow(dataset: Dataset): DatasetRow {
  return {
    name: dataset.name,
    digest: dataset.digest,
    columns: JSON.stringify(dataset.columns),
    counts: JSON.stringify(dataset.counts),
    files: JSON.stringify(dataset.files),
    origin: JSON.stringify(dataset.origin),
    createdAt: dataset.createdAt,
  };
}
