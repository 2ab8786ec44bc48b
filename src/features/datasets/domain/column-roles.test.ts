import { describe, expect, it } from 'vitest';
import { findColumns, suggestColumns } from './column-roles.ts';

const ROLES = ['user', 'item', 'time'] as const;

describe('findColumns', () => {
  it('takes the named column of a table, and nothing that was not named', () => {
    expect(findColumns(['time', 'who', 'what'], ROLES, { user: 'who', item: 'what' }, 'tsv')).toEqual({
      user: 1,
      item: 2,
    });
  });

  it('takes our own words where nothing is named', () => {
    expect(findColumns(['item', 'user', 'other'], ROLES, {}, 'csv')).toEqual({ user: 1, item: 0 });
  });

  it('knows the names of RecBole, and lets a named column win', () => {
    const header = ['user_id', 'item_id', 'timestamp', 'seen_at'];
    expect(findColumns(header, ROLES, {}, 'recbole')).toEqual({ user: 0, item: 1, time: 2 });
    expect(findColumns(header, ROLES, { time: 'seen_at' }, 'recbole')).toEqual({ user: 0, item: 1, time: 3 });
  });

  it('knows both generations of Amazon reviews', () => {
    expect(findColumns(['reviewerID', 'asin', 'unixReviewTime'], ROLES, {}, 'jsonl')).toEqual({
      user: 0,
      item: 1,
      time: 2,
    });
    expect(findColumns(['asin', 'parent_asin', 'user_id', 'timestamp'], ROLES, {}, 'jsonl')).toEqual({
      user: 2,
      item: 1,
      time: 3,
    });
  });

  it('leaves out a named column that the header does not have, even where a convention would fit', () => {
    expect(findColumns(['user_id', 'item_id'], ROLES, { item: 'product' }, 'recbole')).toEqual({ user: 0 });
  });

  it('never takes a column without a name for a role that nobody named', () => {
    expect(findColumns(['', 'item'], ROLES, { item: 'item' }, 'csv')).toEqual({ item: 1 });
  });
});

describe('suggestColumns', () => {
  it('writes the option for a header of a known convention', () => {
    expect(suggestColumns(['user_id', 'item_id', 'timestamp'])).toBe(
      '--columns user=user_id,item=item_id,time=timestamp',
    );
    expect(suggestColumns(['a', 'b'])).toBeNull();
  });
});
