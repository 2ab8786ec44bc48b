import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { importDataset } from '#features/datasets/import/import-dataset.ts';
import type { ImportRequest } from '#features/datasets/import/import-request.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { aFolder, importContents, importFiles } from './import-fixture.ts';

const rows = (...lines: (string | Buffer)[]) =>
  Buffer.concat(lines.map((line) => Buffer.concat([Buffer.from(line), Buffer.from('\n')])));

/** Code and first place of the refusal that an import must end in; the file by its name only. */
async function refusalOf(running: Promise<unknown>) {
  const error = await running.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (!(error instanceof DomainError)) throw new Error('The import was not refused.', { cause: error });
  const [place] = error.places;
  return { ...place, code: error.code as string, file: place?.file?.split('/').at(-1) ?? null, message: error.message };
}

const refusal = (contents: Record<string, string | Uint8Array>, options: Partial<ImportRequest> = {}) =>
  refusalOf(importContents(contents, options));

describe('a file that cannot be read', () => {
  it('may be missing, and is named before another is read', async () => {
    const folder = await aFolder();
    expect(await refusalOf(importFiles({ interactions: join(folder, 'none.tsv') }))).toMatchObject({
      code: 'DATA_FILE_MISSING',
      file: 'none.tsv',
    });
  });

  it('may be a folder', async () => {
    const folder = join(await aFolder(), 'data.tsv');
    await mkdir(folder);
    expect(await refusalOf(importFiles({ interactions: folder }))).toMatchObject({ code: 'DATA_FILE_IS_FOLDER' });
  });

  it.each([
    ['without a byte', { 'i.tsv': '' }],
    ['with blank lines only', { 'i.tsv': '\n\n' }],
    ['with blank lines only, as JSON', { 'i.jsonl': '\n\n' }],
    ['compressed', { 'i.tsv.gz': gzipSync('') }],
  ])('may be empty: %s', async (_, contents) => {
    expect(await refusal(contents)).toMatchObject({ code: 'DATA_FILE_EMPTY' });
  });

  it('may have an ending that tells no format', async () => {
    expect(await refusal({ 'i.txt': 'user,item\n' })).toMatchObject({ code: 'UNKNOWN_FILE_FORMAT', file: 'i.txt' });
  });

  it.each([
    ['cut off', gzipSync(rows('user,item', 'u,a'.repeat(100))).subarray(0, 30)],
    ['not gzip at all', rows('user,item', 'u,a')],
  ])('may be damaged gzip: %s', async (_, bytes) => {
    expect(await refusal({ 'i.csv.gz': bytes }, { skipInvalid: true })).toMatchObject({ code: 'BROKEN_GZIP' });
  });

  it('may not be UTF-8', async () => {
    const latin1 = rows('user,item', 'u,a', Buffer.from('u,caf\u00e9', 'latin1'));
    expect(await refusal({ 'i.csv': latin1 }, { skipInvalid: true })).toMatchObject({ code: 'NOT_UTF8', line: 3 });
  });

  it('may hold a NUL byte', async () => {
    expect(await refusal({ 'i.csv': 'user,item\nu,a\0\n' })).toMatchObject({ code: 'NUL_BYTE', line: 2 });
  });

  it('may have a line that never ends', async () => {
    const endless = 'x'.repeat(3 * 1024 * 1024);
    expect(await refusal({ 'i.csv': `user,item\nu,${endless}` })).toMatchObject({ code: 'LINE_TOO_LONG', line: 2 });
    expect(await refusal({ 'i.jsonl': endless })).toMatchObject({ code: 'LINE_TOO_LONG', line: 1 });
  });
});

describe('a header that does not fit', () => {
  it('lacks a named column: the header is listed and the nearest name offered', async () => {
    const columns = { user: 'usr_id', item: 'item_id' };
    expect(await refusal({ 'i.tsv': 'user_id\titem_id\nu\ta\n' }, { columns })).toMatchObject({
      code: 'MISSING_COLUMN',
      line: 1,
      path: 'column usr_id',
      allowed: 'a column of the header: "user_id", "item_id"',
      suggestion: 'user_id',
    });
  });

  it('names no item, and is recognised all the same', async () => {
    expect(await refusal({ 'i.tsv': 'user_id\titem_id\nu\ta\n' })).toMatchObject({
      code: 'MISSING_COLUMN',
      path: 'item',
      suggestion: '--columns user=user_id,item=item_id',
    });
  });

  it('has neither a user nor a session', async () => {
    expect(await refusal({ 'i.tsv': 'item\ttime\na\t1\n' })).toMatchObject({ path: 'user or session' });
  });

  it('has no ratings although the lowest one is given', async () => {
    expect(await refusal({ 'i.csv': 'user,item\nu,a\n' }, { minRating: 4 })).toMatchObject({ path: 'rating' });
  });

  it('has a column twice', async () => {
    expect(await refusal({ 'i.csv': 'user,item,user\nu,a,u\n' })).toMatchObject({
      code: 'DUPLICATE_HEADER',
      line: 1,
      path: 'column user',
    });
  });

  it('of an item file has neither title nor categories, and no long reading came before', async () => {
    expect(await refusal({ 'i.csv': 'user,item\nbroken\n', 'm.csv': 'item,price\na,1\n' })).toMatchObject({
      code: 'MISSING_COLUMN',
      file: 'm.csv',
      path: 'title or categories',
    });
  });

  it('of no item file has the named title', async () => {
    const columns = { user: 'user', item: 'item', title: 'name', categories: 'tags' };
    expect(await refusal({ 'i.csv': 'user,item\nu,a\n', 'm.csv': 'item,tags\na,x\n' }, { columns })).toMatchObject({
      code: 'MISSING_COLUMN',
      file: 'm.csv',
      path: 'column name',
    });
    expect(await refusal({ 'i.csv': 'user,item\nu,a\n' }, { columns })).toMatchObject({ path: 'column name' });
  });
});

describe('a broken row', () => {
  const HEADER = 'user,item,time,order,rating,split';
  const GOOD = 'u,a,1,1,5,train';
  const BROKEN: [what: string, line: string, place: Record<string, unknown>][] = [
    [
      'too few fields',
      'u,a',
      { code: 'FIELD_COUNT', problem: 'the row has 2 fields', allowed: '6 fields, as in the header' },
    ],
    ['too many fields', `${GOOD},x`, { code: 'FIELD_COUNT', problem: 'the row has 7 fields' }],
    ['an empty user', ' ,a,1,1,5,train', { code: 'INVALID_ID', column: 1, path: 'column user' }],
    ['an empty item', 'u,,1,1,5,train', { code: 'INVALID_ID', column: 3, path: 'column item' }],
    ['a time that is no number', 'u,a,soon,1,5,train', { code: 'INVALID_NUMBER', column: 5, path: 'column time' }],
    ['a time in milliseconds', 'u,a,1318896000000,1,5,train', { code: 'MILLISECONDS_AS_SECONDS', column: 5 }],
    ['an infinite order', 'u,a,1,Infinity,5,train', { code: 'INVALID_NUMBER', column: 7, path: 'column order' }],
    ['an empty rating', 'u,a,1,1,,train', { code: 'INVALID_NUMBER', column: 9, path: 'column rating' }],
    ['an unknown mark', 'u,a,1,1,5,holdout', { code: 'UNKNOWN_SPLIT_MARK', column: 11, path: 'column split' }],
    ['text after a closing quote', '"u"x,a,1,1,5,train', { code: 'BROKEN_QUOTES' }],
    ['a quote that never closes', '"u,a,1,1,5,train', { code: 'BROKEN_QUOTES' }],
  ];

  it.each(BROKEN)('with %s stops the import at its place', async (_, line, place) => {
    const contents = { 'i.csv': rows(HEADER, GOOD, line, GOOD) };
    expect(await refusal(contents)).toMatchObject({ file: 'i.csv', line: 3, ...place });
  });

  it('names the file, the place, what is wrong and what to do in one line', async () => {
    const { message } = await refusal({ 'i.csv': rows(HEADER, 'u,a,1318896000000,1,5,train') });
    expect(message).toMatch(/i\.csv:2:5 column time: 1318896000000 .*--time-unit ms\.$/);
  });

  it('is left out and counted where that is asked for, and no other with it', async () => {
    const lines = BROKEN.flatMap(([, line]) => [line, GOOD]);
    const { result } = await importContents({ 'i.csv': rows(HEADER, ...lines) }, { skipInvalid: true });
    expect(result.counts).toMatchObject({ interactions: BROKEN.length, users: 1, items: 1, invalid: BROKEN.length });
    expect(result.skipped.map(({ line }) => line)).toEqual(BROKEN.map((_, index) => 2 + 2 * index));
  });

  it('is told for the first 20 of them', async () => {
    const lines = Array.from({ length: 25 }, () => 'u');
    const { result } = await importContents({ 'i.csv': rows('user,item', 'u,a', ...lines) }, { skipInvalid: true });
    expect([result.counts.invalid, result.skipped.length]).toEqual([25, 20]);
  });

  it('may be no date where dates are asked for', async () => {
    const contents = { 'i.csv': rows('user,item,time', 'u,a,1318896000') };
    expect(await refusal(contents, { timeUnit: 'iso' })).toMatchObject({ code: 'INVALID_INSTANT', line: 2, column: 5 });
  });

  it('may be no JSON, or no object', async () => {
    expect(await refusal({ 'i.jsonl': rows('{"user":"u","item":"a"}', '{"user":"u",}') })).toMatchObject({
      code: 'INVALID_JSON_LINE',
      line: 2,
      column: 13,
    });
    expect(await refusal({ 'i.jsonl': rows('[1]') })).toMatchObject({ code: 'INVALID_JSON_LINE', line: 1 });
  });

  it('may lack a key that others have, or hold an id that JSON has rounded', async () => {
    const sound = '{"user":"u","item":"a"}';
    expect(await refusal({ 'i.jsonl': rows(sound, '{"user":"u"}') })).toMatchObject({
      code: 'INVALID_ID',
      line: 2,
      path: 'column item',
    });
    expect(await refusal({ 'i.jsonl': rows(sound, '{"user":"u","item":12345678901234567890}') })).toMatchObject({
      code: 'INVALID_ID',
    });
  });

  it('may hold a number that is finite in JSON only', async () => {
    const [sound, broken] = ['{"user":"u","item":"a","order":1}', '{"user":"u","item":"a","order":1e999}'];
    expect(await refusal({ 'i.jsonl': rows(sound, broken) })).toMatchObject({
      code: 'INVALID_NUMBER',
      line: 2,
      path: 'column order',
      problem: 'Infinity is not a finite number',
    });
  });

  it("may be of a session that is another user's: both lines are named", async () => {
    const contents = { 'i.csv': rows('user,session,item', 'u,1,a', 'v,2,a', 'v,1,b', 'w,1,b', 'u,1,c') };
    const place = await refusal(contents);
    expect(place).toMatchObject({ code: 'SHARED_SESSION', line: 4, column: 3, path: 'column session' });
    expect(place.message).toMatch(
      /i\.csv:4:3 column session: the session "1" has another user here than in line 2; allowed: .* unique over users\.$/,
    );
    const { result, written } = await importContents(contents, { skipInvalid: true });
    expect(result.counts).toMatchObject({ interactions: 3, users: 2, sessions: 2, invalid: 2 });
    expect(written).toMatchObject({ users: ['u', 'v'], interactions: { user: [0, 1, 0], session: [0, 1, 0] } });
  });

  it('of an item file may describe an item again: both lines are named', async () => {
    const contents = { 'i.csv': rows('user,item', 'u,a'), 'm.csv': rows('item,title', 'b,B', 'a,A', 'b,C') };
    const place = await refusal(contents);
    expect(place).toMatchObject({ code: 'DUPLICATE_ITEM', file: 'm.csv', line: 4, path: 'column item' });
    expect(place.problem).toBe('the item "b" is described in line 2 already');
    const { result } = await importContents(contents, { skipInvalid: true });
    expect(result.counts).toMatchObject({ invalid: 1, itemsWithTitle: 1, itemsWithoutInteraction: 1 });
  });
});

describe('data that contradict themselves or are not there', () => {
  it('mark one session twice: both lines are named, and skipping does not hide it', async () => {
    const contents = { 'i.csv': rows('session,item,split', 's,a,train', 't,a,test', 's,b,test') };
    const place = await refusal(contents, { skipInvalid: true });
    expect(place).toMatchObject({ code: 'SPLIT_CONFLICT', line: 4 });
    expect(place.problem).toBe('the session "s" is marked test here and train in line 2');
  });

  it.each([
    ['a header alone', rows('user,item,rating'), {}],
    ['low ratings only', rows('user,item,rating', 'u,a,1'), {}],
    ['broken rows only', rows('user,item,rating', 'u,a,x'), { skipInvalid: true }],
  ])('leave nothing: %s', async (_, content, options) => {
    expect(await refusal({ 'i.csv': content }, options)).toMatchObject({ code: 'NOTHING_LEFT', file: 'i.csv' });
  });
});

describe('a workspace that cannot be written', () => {
  it('is named', async () => {
    const folder = await aFolder();
    const { result } = await importContents({ 'i.csv': rows('user,item', 'u,a') });
    const request: ImportRequest = {
      interactions: { path: result.files.items },
      items: [],
      columns: { user: 'id', item: 'id' },
      format: 'jsonl',
      quotes: false,
      listSeparator: null,
      timeUnit: 's',
      minRating: null,
      skipInvalid: false,
    };
    const running = importDataset(request, join(folder, 'none'), () => undefined);
    expect(await refusalOf(running)).toMatchObject({ code: 'WORKSPACE_UNWRITABLE' });
  });
});
