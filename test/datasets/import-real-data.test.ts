import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importFiles } from './import-fixture.ts';

const DATA = resolve(import.meta.dirname, '../../../shared/data');
const beauty = (file: string) => resolve(DATA, 'amazon-beauty', file);
const electronic = (file: string) => resolve(DATA, 'bundle-electronic', file);

describe.skipIf(!existsSync(DATA))('importing real data (skipped where the shared data folder is absent)', () => {
  it('registers Amazon Beauty whole, quotes in titles and all', async () => {
    const { result, written } = await importFiles(
      { interactions: beauty('interactions.tsv'), items: [beauty('items.tsv')] },
      {
        columns: {
          user: 'user_id',
          item: 'item_id',
          time: 'timestamp',
          order: 'position',
          title: 'title',
          categories: 'attributes',
        },
        listSeparator: ' | ',
        quotes: false,
      },
    );
    expect(result.counts).toEqual({
      interactions: 198_502,
      items: 12_101,
      users: 22_363,
      sessions: 0,
      belowRating: 0,
      invalid: 0,
      itemsWithTitle: 12_094,
      itemsWithCategories: 12_101,
      itemsWithoutInteraction: 0,
    });
    const { interactions, items, users } = written;
    expect([items.length, users?.length]).toEqual([12_101, 22_363]);
    // The first rows of the file: user 1 takes items 1, 2, 3 at 1318896000 twice and 1328140800.
    expect(interactions['time']?.slice(0, 3)).toEqual([1_318_896_000, 1_318_896_000, 1_328_140_800]);
    expect(interactions['order']?.slice(0, 3)).toEqual([0, 1, 2]);
    expect(items[0]).toEqual({
      id: '1',
      title: 'OPI Nail Lacquer, Simmer and Shimmer, 0.5-Fluid Ounce',
      categories: ['OPI', 'Makeup', 'Nails', 'Nail Polish'],
    });
    const lines = (await readFile(beauty('interactions.tsv'), 'utf8')).trimEnd().split('\n').slice(1);
    const readBack = interactions['item']?.map((item, row) =>
      [
        users?.[interactions['user']?.[row] ?? -1],
        idOf(items[item]),
        interactions['time']?.[row],
        interactions['order']?.[row],
      ].join('\t'),
    );
    expect(readBack).toEqual(lines);
  });

  it('registers the electronic bundles, with titles and categories from files of their own', async () => {
    const { result, written } = await importFiles(
      {
        interactions: electronic('session_item.csv'),
        items: [electronic('item_titles.csv'), electronic('item_categories.csv')],
      },
      { columns: { session: 'session ID', item: 'item ID', title: 'titles', categories: 'categories' } },
    );
    expect(result.counts).toMatchObject({
      interactions: 6_539,
      items: 4_943,
      users: 0,
      sessions: 1_145,
      invalid: 0,
      itemsWithTitle: 3_499,
      itemsWithCategories: 3_499,
      itemsWithoutInteraction: 0,
    });
    expect([written.users, written.sessions?.slice(0, 2)]).toEqual([null, ['232', '498']]);
    expect(written.items[0]).toEqual({
      id: '10675',
      title: expect.any(String) as string,
      categories: ['Electronics', 'Computers & Accessories', 'Touch Screen Tablet Accessories', 'Cases & Sleeves'],
    });
    expect(written.items.find((item) => idOf(item) === '49')).toMatchObject({
      title: expect.stringMatching(/^ASUS GTX760-DC2OC-2GD5 GeForce GTX760 2GB GDDR5 256-bit, DVI-I/) as string,
    });
  });
});

function idOf(item: unknown): unknown {
  return typeof item === 'object' && item !== null && 'id' in item ? item.id : null;
}
