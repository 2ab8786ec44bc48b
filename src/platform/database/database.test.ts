import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { freshDatabase } from '../../../test/support/postgres-server.mjs';
import type { DatabaseTarget } from '../config/config.ts';
import { Database, type Rows } from './database.ts';
import { DatabaseFailedError, DatabaseUnreachableError } from './database-refusals.ts';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sprintlab-database-'))));
afterEach(() => rm(folder, { recursive: true }));

const ENGINES: readonly (readonly [string, () => Promise<DatabaseTarget>])[] = [
  ['SQLite', () => Promise.resolve({ engine: 'sqlite', file: join(folder, 'deep', 'test.db') })],
  ['Postgres', async () => ({ engine: 'postgres', url: await freshDatabase(inject('postgresUrl')) })],
];

const addNote = (rows: Rows, text: string): Promise<unknown> => rows.query(`INSERT INTO notes VALUES ('${text}')`);

describe.each(ENGINES)('a database on %s', (_, targetOf) => {
  let database: Database;
  beforeEach(async () => {
    database = await Database.open(await targetOf(), []);
    await database.transaction((rows) => rows.query('CREATE TABLE notes (text varchar(40) PRIMARY KEY)'));
  });
  afterEach(() => database.close());

  const notes = async (): Promise<readonly string[]> =>
    database.read(async (rows) => {
      const found = await rows.query<readonly { text: string }[]>('SELECT text FROM notes ORDER BY text');
      return found.map(({ text }) => text);
    });

  it('takes a transaction whole or not at all', async () => {
    const failing = database.transaction(async (rows) => {
      await addNote(rows, 'a');
      throw new Error('in the middle');
    });
    await expect(failing).rejects.toThrow('in the middle');
    expect(await notes()).toEqual([]);
    await database.transaction((rows) => addNote(rows, 'b'));
    expect(await notes()).toEqual(['b']);
  });

  it('goes on after a statement that fails', async () => {
    await expect(database.transaction((rows) => rows.query('SELECT nonsense FROM nowhere'))).rejects.toThrow();
    await database.transaction((rows) => addNote(rows, 'a'));
    expect(await notes()).toEqual(['a']);
  });

  it('keeps transactions apart that begin at once and hold other writers, so that none misses what another added', async () => {
    const addIfAbsent = () =>
      database.transaction(async (rows) => {
        await database.holdOtherWriters(rows);
        const found = await rows.query<readonly unknown[]>(`SELECT text FROM notes WHERE text = 'once'`);
        if (found.length > 0) return false;
        // Time enough for another to look, if it were not held.
        await new Promise((wake) => setTimeout(wake, 20));
        await addNote(rows, 'once');
        return true;
      });
    const added = await Promise.all(Array.from({ length: 4 }, addIfAbsent));
    expect(added.filter(Boolean)).toHaveLength(1);
  });

  it('is opened by many at once, of whom one makes the tables', async () => {
    const fresh = await targetOf();
    const opened = await Promise.all(Array.from({ length: 4 }, () => Database.open(fresh, [])));
    for (const one of opened) {
      expect(await one.read((rows) => rows.query<readonly unknown[]>('SELECT * FROM events'))).toEqual([]);
      await one.close();
    }
  });
});

describe('a database that cannot be used', () => {
  it('is refused with what to do, and no address', async () => {
    const target = { engine: 'postgres', url: 'postgres://me:secret@127.0.0.1:9/db' } as const;
    const refusal = await Database.open(target, []).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DatabaseUnreachableError);
    expect((refusal as Error).message).toBe(
      'The database of SPRINTLAB_DATABASE_URL cannot be opened: nothing answers at its host and port; ' +
        'start the server, or correct SPRINTLAB_DATABASE_URL.',
    );
  });

  it('says that its disk is full, whatever SQLite says afterwards', async () => {
    const database = await Database.open({ engine: 'sqlite', file: join(folder, 'small.db') }, []);
    // What a full disk does: the statement fails, and the transaction is gone by the time of the ROLLBACK.
    const [{ page_count: pages = 0 } = {}] = await database.read((rows) =>
      rows.query<readonly { page_count?: number }[]>('PRAGMA page_count'),
    );
    await database.read((rows) => rows.query(`PRAGMA max_page_count = ${pages + 2}`));
    const filling = database.transaction(async (rows) => {
      await rows.query('CREATE TABLE filler (text text)');
      await rows.query(`INSERT INTO filler VALUES ('${'x'.repeat(100_000)}')`);
    });
    const refusal = await filling.catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DatabaseFailedError);
    expect((refusal as Error).message).toContain(
      'small.db took nothing: the disk is full; free some space and run the same command again.',
    );
    await expect(database.read((rows) => rows.query('SELECT * FROM filler'))).rejects.toThrow('no such table');
    await database.close();
  });
});
