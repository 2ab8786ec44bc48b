import { execFileSync } from 'node:child_process';
import { readdir, writeFile } from 'node:fs/promises';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, inject, it } from 'vitest';
import { aFolder, sprintlab, type Outcome } from '../support/command-line.ts';
import { freshDatabase } from '../support/postgres-server.mjs';
import { shellOfThisFile, type Refusal } from '../support/shell.ts';

const shell = shellOfThisFile();

/** Rows enough that two imports that begin together are still reading together. */
function interactions(rows: number, shift: number): string {
  const lines = Array.from(
    { length: rows },
    (_, row) => `u${row % 997},i${(row * 7 + shift) % 499},${1_600_000_000 + row}`,
  );
  return ['user,item,time', ...lines, ''].join('\n');
}

/** The objects in the store of a home, and what lies in its folder of unfinished work. */
async function storeOf(home: string): Promise<{ readonly objects: string[]; readonly unfinished: string[] }> {
  const store = join(home, 'artifacts');
  const files = await readdir(join(store, 'sha256'), { recursive: true }).catch(() => []);
  const unfinished = await readdir(join(store, 'tmp')).catch(() => []);
  return { objects: files.flatMap((file) => /[0-9a-f]{64}$/.exec(file) ?? []).sort(), unfinished };
}

interface Artifacts {
  readonly items: readonly { readonly hash: string }[];
}

const NOTHING = { objects: [], unfinished: [] };

const ENGINES: readonly (readonly [string, () => Promise<Record<string, string>>])[] = [
  ['SQLite', () => Promise.resolve({})],
  ['Postgres', async () => ({ SPRINTLAB_DATABASE_URL: await freshDatabase(inject('postgresUrl')) })],
];

describe.each(ENGINES)('two imports of one name at once, on %s', (_, environmentOf) => {
  async function importBoth(shifts: readonly [number, number]): Promise<readonly [Outcome[], string, Artifacts]> {
    const [home, folder, environment] = [await aFolder(), await aFolder(), await environmentOf()];
    const place = { home, environment };
    const imports = shifts.map(async (shift, index) => {
      const file = join(folder, `${index}.csv`);
      await writeFile(file, interactions(20_000, shift));
      return () => sprintlab(['datasets', 'import', 'sales', '--interactions', file, '--json'], place);
    });
    const ready = await Promise.all(imports);
    const outcomes = await Promise.all(ready.map((start) => start()));
    const { out } = await sprintlab(['artifacts', 'list', '--json'], place);
    return [outcomes, home, JSON.parse(out) as Artifacts];
  }

  it('with different contents: one wins, the other is told, and of him nothing is left', async () => {
    const [outcomes, home, artifacts] = await importBoth([0, 1]);
    expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 2]);
    const loser = outcomes.find(({ code }) => code === 2);
    expect((JSON.parse(loser?.out ?? '') as { error: Refusal }).error).toMatchObject({ code: 'DATASET_EXISTS' });
    const hashes = [...new Set(artifacts.items.map(({ hash }) => hash))].sort();
    expect(hashes).not.toEqual([]);
    expect(await storeOf(home)).toEqual({ objects: hashes, unfinished: [] });
  });

  it('with equal contents: both are served, and one data set is registered', async () => {
    const [outcomes, home, artifacts] = await importBoth([0, 0]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    const answers = outcomes.map(({ out }) => JSON.parse(out) as { readonly isNew: boolean; readonly digest: string });
    expect(answers.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
    expect(answers[0]?.digest).toBe(answers[1]?.digest);
    const hashes = [...new Set(artifacts.items.map(({ hash }) => hash))].sort();
    expect(await storeOf(home)).toEqual({ objects: hashes, unfinished: [] });
  });
});

describe('an import of a broken file', () => {
  const BROKEN = 'user,item,time\nu1,i1,1600000000\nu1,i2,soon\nu2,i1,1600000002\n';

  it('registers nothing, leaves nothing, and names the place', async () => {
    const home = await shell.folder();
    const file = await shell.file('sales.csv', BROKEN);
    const refusal = await shell.refusal(['datasets', 'import', 'sales', '--interactions', file], { home });
    expect(refusal).toMatchObject({
      exit: 2,
      code: 'INVALID_NUMBER',
      places: [{ file, line: 3, column: 7, path: 'column time' }],
    });
    expect(await storeOf(home)).toEqual(NOTHING);
    expect(await shell.json(['datasets', 'list'], { home })).toEqual({ items: [], next: null });
  });

  it('leaves the broken row out and counts it where that is asked for', async () => {
    const home = await shell.folder();
    const file = await shell.file('sales.csv', BROKEN);
    const words = ['datasets', 'import', 'sales', '--interactions', file, '--skip-invalid'];
    const { code, out } = await shell.run(words, { home });
    expect([code, out]).toEqual([0, expect.stringContaining('1 broken rows were left out; the first:\n')]);
    expect(out).toContain(`${file}:3:7 column time`);
    expect(await shell.json(['datasets', 'show', 'sales'], { home })).toMatchObject({
      counts: { interactions: 2, invalid: 1 },
    });
    expect((await storeOf(home)).unfinished).toEqual([]);
  });

  it.each([
    ['an impossible name', ['datasets', 'import', '../sales', '--interactions', 'FILE'], 'INVALID_DATASET_NAME'],
    ['no such file', ['datasets', 'import', 'sales', '--interactions', 'none.csv'], 'DATA_FILE_MISSING'],
    ['a folder', ['datasets', 'import', 'sales', '--interactions', '/tmp'], 'DATA_FILE_IS_FOLDER'],
    ['an unknown role', ['datasets', 'import', 'sales', '--interactions', 'FILE', '--columns', 'usr=user'], null],
    [
      'a column that is not there',
      ['datasets', 'import', 'sales', '--interactions', 'FILE', '--columns', 'user=who,item=item'],
      'MISSING_COLUMN',
    ],
  ])('is refused for %s', async (_, words, code) => {
    const home = await shell.folder();
    const file = await shell.file('sales.csv', BROKEN);
    const refusal = await shell.refusal(
      words.map((word) => (word === 'FILE' ? file : word)),
      { home },
    );
    expect(refusal.exit).toBe(2);
    if (code !== null) expect(refusal.code).toBe(code);
    expect(await storeOf(home)).toEqual(NOTHING);
  });

  it('ends at the first MiB of a line of a GB, and does not read on', async () => {
    const home = await shell.folder();
    const pipe = join(await shell.folder(), 'endless.csv');
    execFileSync('mkfifo', [pipe]);
    let written = 0;
    const writer = createWriteStream(pipe);
    const piece = Buffer.alloc(64 * 1024, 'a');
    const fill = (): void => {
      while (written < 2 ** 30 && writer.write(piece)) written += piece.length;
    };
    const closed = new Promise<void>((done) => {
      writer.once('error', () => done()).once('finish', () => done());
    });
    writer.on('drain', fill);
    writer.write('user,item\nu,');
    fill();
    const refusal = await shell.refusal(['datasets', 'import', 'sales', '--interactions', pipe], { home });
    await closed;
    expect(refusal).toMatchObject({ exit: 2, code: 'LINE_TOO_LONG', places: [{ file: pipe, line: 2 }] });
    expect(written).toBeLessThan(8 * 2 ** 20);
    expect(await storeOf(home)).toEqual(NOTHING);
  });
});
