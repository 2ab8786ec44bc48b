import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database, type Rows } from '#platform/database/database.ts';
import { openLine, type CutLine } from '../support/cut-line.ts';
import { freshDatabase, startPostgres, type PostgresServer } from '../support/postgres-server.mjs';

let server: PostgresServer;
let line: CutLine;
let database: Database;
beforeAll(async () => {
  server = await startPostgres();
  line = await openLine(Number(new URL(server.url).port));
});
afterAll(async () => {
  await line.close();
  await server.stop();
});
beforeEach(async () => {
  const url = new URL(await freshDatabase(server.url));
  url.port = String(line.port);
  database = await Database.open({ engine: 'postgres', url: url.href }, []);
  await database.transaction((rows) => rows.query('CREATE TABLE notes (text varchar(40))'));
});
afterEach(() => database.close());

const add = (rows: Rows, text: string): Promise<unknown> => rows.query(`INSERT INTO notes VALUES ('${text}')`);
const notes = (): Promise<readonly string[]> =>
  database.read(async (rows) => {
    const found = await rows.query<readonly { text: string }[]>('SELECT text FROM notes ORDER BY text');
    return found.map(({ text }) => text);
  });
const after = (milliseconds: number): Promise<void> => new Promise((wake) => setTimeout(wake, milliseconds));

describe('a database on Postgres', () => {
  it.each([
    ['shut down', () => server.shutDown()],
    ['crashed', () => server.crash()],
  ])('goes on when its server was %s and is started again', async (_, end) => {
    // Several connections that are idle when it ends.
    await Promise.all(Array.from({ length: 5 }, () => database.transaction((rows) => rows.query('SELECT 1'))));
    await end();
    const writing = database.transaction((rows) => add(rows, 'a'));
    const reading = notes();
    await after(500);
    await server.startAgain();
    await writing;
    expect((await reading).length).toBeLessThanOrEqual(1);
    expect(await notes()).toEqual(['a']);
  });

  it.each([
    ['shut down', () => server.shutDown()],
    ['crashed', () => server.crash()],
  ])('does a transaction again in the middle of which its server was %s', async (_, end) => {
    let tries = 0;
    await database.transaction(async (rows) => {
      tries += 1;
      await add(rows, 'first');
      if (tries === 1) await end().then(() => server.startAgain());
      await add(rows, 'second');
    });
    expect([tries, await notes()]).toEqual([2, ['first', 'second']]);
  });

  it.each([
    ['does not do again what was committed though nobody heard so', 'after', 1],
    ['does again what the server did not hear', 'before', 2],
  ] as const)('%s', async (_, when, expected) => {
    let tries = 0;
    const writing = Array.from({ length: 10 }, (_each, index) =>
      database.transaction(async (rows) => {
        tries += index === 0 ? 1 : 0;
        await add(rows, `note ${index}`);
        if (index !== 0) return 'other';
        if (tries === 1) line.cutAt('COMMIT', when);
        return 'done';
      }),
    );
    // The line is cut for whichever commits next, which may be another than the one that asked for it.
    expect((await Promise.all(writing))[0]).toBe('done');
    expect(await notes()).toEqual(Array.from({ length: 10 }, (_each, index) => `note ${index}`));
    expect(tries).toBeLessThanOrEqual(expected);
  });

  it('does not do again what the server refuses', async () => {
    let tries = 0;
    const refused = database.transaction((rows) => {
      tries += 1;
      return rows.query('SELECT nonsense FROM nowhere');
    });
    await expect(refused).rejects.toThrow('nowhere');
    expect(tries).toBe(1);
  });
});
