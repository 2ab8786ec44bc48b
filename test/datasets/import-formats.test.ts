import { gzipSync } from 'node:zlib';
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importContents } from './import-fixture.ts';

const rows = (...lines: string[]) => `${lines.join('\n')}\n`;

describe('importing tables', () => {
  it('writes rows in input order under numbers by first appearance', async () => {
    const { result, written } = await importContents(
      {
        'i.tsv': rows('when\twhat\twho', '30\tx\tu2', '10\ty\tu1', '20\tx\tu1'),
        'm.tsv': rows('what\tname\ttags', 'x\tThe X\tA|B', 'z\tNobody\tA', 'y\t\t'),
      },
      {
        columns: { user: 'who', item: 'what', time: 'when', title: 'name', categories: 'tags' },
        listSeparator: '|',
      },
    );
    expect(written).toEqual({
      interactions: { item: [0, 1, 0], user: [0, 1, 1], time: [30, 10, 20] },
      items: [
        { id: 'x', title: 'The X', categories: ['A', 'B'] },
        { id: 'y', title: null, categories: [] },
      ],
      users: ['u2', 'u1'],
      sessions: null,
    });
    expect(result.columns).toEqual({
      user: true,
      time: true,
      order: false,
      session: false,
      split: false,
      title: true,
      categories: true,
    });
    expect(result.counts).toEqual({
      interactions: 3,
      items: 2,
      users: 2,
      sessions: 0,
      belowRating: 0,
      invalid: 0,
      itemsWithTitle: 1,
      itemsWithCategories: 1,
      itemsWithoutInteraction: 1,
    });
  });

  it('leaves nothing but the four files in the workspace', async () => {
    const { result } = await importContents({ 'i.csv': rows('user,item,session', 'u,i,s') });
    expect((await readdir(dirname(result.files.items))).sort()).toEqual([
      'interactions.safetensors',
      'items.jsonl',
      'sessions.jsonl',
      'users.jsonl',
    ]);
  });

  it('takes a header of our own words without any naming, and every column of it', async () => {
    const { written } = await importContents({
      'i.csv': rows(
        'user,item,time,order,session,split,rating',
        'u,a,1.5,7,s1,train,5',
        'u,b,2,8,s2,Dev,4',
        'u,c,3,9,s3,test,3',
      ),
    });
    expect(written.interactions).toEqual({
      item: [0, 1, 2],
      user: [0, 0, 0],
      time: [1.5, 2, 3],
      order: [7, 8, 9],
      session: [0, 1, 2],
      split: [0, 1, 2],
    });
    expect(written.sessions).toEqual(['s1', 's2', 's3']);
  });

  it('leaves out and counts rows rated below 3 where nothing else is said, and their users and items', async () => {
    const content = rows('user,item,rating', 'u,a,5', 'v,b,2.9', 'u,c,3');
    const usual = await importContents({ 'i.csv': content });
    expect(usual.result.counts).toMatchObject({ interactions: 2, items: 2, users: 1, belowRating: 1 });
    const strict = await importContents({ 'i.csv': content }, { minRating: 4 });
    expect(strict.result.counts).toMatchObject({ interactions: 1, belowRating: 2 });
  });

  it('reads quoted fields with delimiters, quotes and line ends, and with quotes off takes them as they stand', async () => {
    const quoted = await importContents({
      'i.csv': rows('user,item', 'u,"a,b"', '"u ""2""",c'),
      'm.csv': rows('item,title', '"a,b","two\nlines"'),
    });
    expect(quoted.written.items).toEqual([
      { id: 'a,b', title: 'two\nlines', categories: [] },
      { id: 'c', title: null, categories: [] },
    ]);
    expect(quoted.written.users).toEqual(['u', 'u "2"']);
    const plain = await importContents({ 'i.tsv': rows('user\titem', 'u\t5" nail', 'u\t"x') }, { quotes: false });
    expect(plain.written.items).toMatchObject([{ id: '5" nail' }, { id: '"x' }]);
  });

  it('reads quoted fields that lie across the pieces in which the file is read', async () => {
    const title = (index: number) => `title ${index},\n"${'x'.repeat(index % 50)}"`;
    const indexes = Array.from({ length: 8000 }, (_, index) => index);
    const { written } = await importContents({
      'i.csv': rows('user,item', ...indexes.map((index) => `u,i${index}`)),
      'm.csv': rows('item,title', ...indexes.map((index) => `i${index},"${title(index).replaceAll('"', '""')}"`)),
    });
    expect(written.items).toEqual(indexes.map((index) => ({ id: `i${index}`, title: title(index), categories: [] })));
  });

  it('takes Windows line ends, a byte order mark, blank lines and a missing last line end', async () => {
    const { written } = await importContents({ 'i.csv': '\uFEFFuser,item\r\nu,a\r\n\r\nv,b' });
    expect(written).toMatchObject({ users: ['u', 'v'], items: [{ id: 'a' }, { id: 'b' }] });
  });

  it('reads milliseconds and ISO instants as seconds', async () => {
    const ms = await importContents({ 'i.csv': rows('user,item,time', 'u,a,1318896000500') }, { timeUnit: 'ms' });
    expect(ms.written.interactions['time']).toEqual([1_318_896_000.5]);
    const iso = await importContents({ 'i.csv': rows('user,item,time', 'u,a,2011-10-18') }, { timeUnit: 'iso' });
    expect(iso.written.interactions['time']).toEqual([1_318_896_000]);
  });

  it('joins titles and categories of several files, the later value that is not empty winning', async () => {
    const { written, result } = await importContents(
      {
        'i.csv': rows('session,item', 's,a', 's,b'),
        'one.csv': rows('item,title', 'a,old', 'b,kept', 'n,none'),
        'two.csv': rows('item,title,categories', 'a,new,"[[X,Y],[X,Z]]"', 'b,,', 'n,none,'),
      },
      {},
    );
    expect(written.items).toEqual([
      { id: 'a', title: 'new', categories: ['X', 'Y', 'Z'] },
      { id: 'b', title: 'kept', categories: [] },
    ]);
    expect(result.counts).toMatchObject({ itemsWithTitle: 2, itemsWithCategories: 1, itemsWithoutInteraction: 1 });
  });

  it('tells what it has read, up to all of it', async () => {
    const { progress } = await importContents({
      'i.csv': rows('user,item', 'u,a'),
      'm.csv': rows('item,title', 'a,A'),
    });
    // 10 + 4 bytes of interactions, 11 + 4 of items; one data row each.
    expect(progress.at(-1)).toEqual({ bytesRead: 29, bytesTotal: 29, rows: 2 });
  });

  it('reads compressed files', async () => {
    const { written } = await importContents({
      'i.csv.gz': gzipSync(rows('user,item', 'u,a')),
      'm.jsonl.gz': gzipSync('{"item":"a","title":"A"}\n'),
    });
    expect(written.items).toEqual([{ id: 'a', title: 'A', categories: [] }]);
  });
});

describe('importing RecBole atomic files', () => {
  it('knows their columns, types and word lists', async () => {
    const { written, result } = await importContents({
      'x.inter': rows('user_id:token\titem_id:token\trating:float\ttimestamp:float', 'u\t1\t4.0\t10', 'u\t2\t1.0\t11'),
      'x.item': rows('item_id:token\titem_name:token_seq\tclass:token_seq', '1\tThe "Big" One\tDrama Comedy'),
    });
    expect(written.items).toEqual([{ id: '1', title: 'The "Big" One', categories: ['Drama', 'Comedy'] }]);
    expect(written.interactions).toEqual({ item: [0], user: [0], time: [10] });
    expect(result.counts.belowRating).toBe(1);
  });

  it('lets a named column win over the usual one', async () => {
    const { written } = await importContents(
      { 'x.inter': rows('session_id:token\titem_id:token\tsong:token', 's\t1\tA') },
      { columns: { item: 'song' } },
    );
    expect(written).toMatchObject({ items: [{ id: 'A' }], sessions: ['s'], users: null });
  });
});

describe('importing Amazon JSON lines', () => {
  it('knows the reviews and descriptions of 2014 and 2018', async () => {
    const { written } = await importContents({
      'reviews.json': rows(
        '{"reviewerID":"A1","asin":"B1","overall":5.0,"unixReviewTime":1318896000}',
        '{"reviewerID":"A2","asin":"B2","overall":2.0,"unixReviewTime":1318896000}',
      ),
      // The first object has no title, as many have not.
      'meta.json': rows(
        '{"asin":"B9","categories":[["Beauty"]]}',
        '{"asin":"B1","title":"Lacquer","categories":[["Beauty","Makeup"],["Beauty","Nails"]]}',
      ),
    });
    expect(written).toEqual({
      interactions: { item: [0], user: [0], time: [1_318_896_000] },
      items: [{ id: 'B1', title: 'Lacquer', categories: ['Beauty', 'Makeup', 'Nails'] }],
      users: ['A1'],
      sessions: null,
    });
  });

  it('knows those of 2023, whose items go by their parent and times by the millisecond', async () => {
    const { written } = await importContents(
      {
        'r.jsonl': '{"user_id":"U","asin":"B1a","parent_asin":"B1","rating":4.0,"timestamp":1318896000500}\n',
        'm.jsonl': '{"parent_asin":"B1","title":"Lacquer","categories":["Beauty","Nails"]}\n',
      },
      { timeUnit: 'ms' },
    );
    expect(written.interactions).toEqual({ item: [0], user: [0], time: [1_318_896_000.5] });
    expect(written.items).toEqual([{ id: 'B1', title: 'Lacquer', categories: ['Beauty', 'Nails'] }]);
  });

  it('takes whole numbers for ids', async () => {
    const { written } = await importContents({ 'r.jsonl': '{"user":7,"item":12}\n{"user":"7","item":"12"}\n' });
    expect(written).toMatchObject({ users: ['7'], items: [{ id: '12' }] });
  });
});
