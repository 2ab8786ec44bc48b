import { describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import { toDataset, toDatasetRow } from './dataset-mapper.ts';
import type { DatasetRow } from './dataset.entity.ts';

const files = { interactions: contentHash('i'), items: contentHash('t'), users: null, sessions: null };
const row: DatasetRow = {
  name: 'toy',
  digest: contentHash('toy'),
  columns: '{}',
  counts: '{}',
  files: JSON.stringify(files),
  origin: '{"kind":"imported","files":[]}',
  createdAt: new Date(0),
};

describe('a row of a data set', () => {
  it('from before there were planted data has none of their files', () => {
    expect(toDataset(row).files).toEqual({ ...files, synonyms: null, truth: null });
  });

  it('reads back with the files of planted data', () => {
    const planted = { ...files, synonyms: contentHash('s'), truth: contentHash('w') };
    const dataset = { ...toDataset(row), files: planted };
    expect(toDataset(toDatasetRow(dataset))).toEqual(dataset);
  });
});
