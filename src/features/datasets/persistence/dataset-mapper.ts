import type { ContentHash } from '#kernel/content-hash.ts';
import type { Dataset, DatasetFiles } from '../domain/dataset.ts';
import type { DatasetRow } from './dataset.entity.ts';

export function toDataset(row: DatasetRow): Dataset {
  return {
    name: row.name,
    digest: row.digest as ContentHash,
    columns: JSON.parse(row.columns) as Dataset['columns'],
    counts: JSON.parse(row.counts) as Dataset['counts'],
    files: filesOf(row),
    origin: JSON.parse(row.origin) as Dataset['origin'],
    createdAt: row.createdAt,
  };
}

/** Rows from before there were planted data do not name their files. */
function filesOf({ files }: DatasetRow): DatasetFiles {
  return { ...NO_PLANTED_FILES, ...(JSON.parse(files) as Omit<DatasetFiles, 'synonyms' | 'truth'>) };
}

const NO_PLANTED_FILES = { synonyms: null, truth: null } as const;

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
