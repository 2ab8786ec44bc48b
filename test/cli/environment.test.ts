import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freshDatabase } from '../support/postgres-server.mjs';
import { shellOfThisFile } from '../support/shell.ts';

const shell = shellOfThisFile();
const PASSWORD = 'pa55w0rd-of-mine';
let home: string;

beforeAll(async () => {
  home = await shell.folder();
});

describe('the variables of the environment', () => {
  it('are all named at once, each with what is wrong, and their values are not repeated', async () => {
    const environment = {
      SPRINTLAB_HOME: ' ',
      SPRINTLAB_DATABASE_URL: `mysql://me:${PASSWORD}@host/db`,
      SPRINTLAB_DATABSE_URL: `postgres://me:${PASSWORD}@host/db`,
      SPRINTLAB_NUMBER_OF_COLOURS: PASSWORD,
      HOME: '/root',
    };
    const refusal = await shell.refusal(['datasets', 'list'], { home, environment });
    expect(refusal).toMatchObject({ exit: 2, code: 'UNUSABLE_ENVIRONMENT' });
    expect(refusal.places.map(({ path, suggestion }) => [path, suggestion])).toEqual([
      ['SPRINTLAB_DATABSE_URL', 'SPRINTLAB_DATABASE_URL'],
      ['SPRINTLAB_NUMBER_OF_COLOURS', null],
      ['SPRINTLAB_HOME', null],
      ['SPRINTLAB_DATABASE_URL', null],
    ]);
    for (const { path } of refusal.places) expect(refusal.message).toContain(`${path ?? ''}: `);
    expect(JSON.stringify(refusal)).not.toContain(PASSWORD);
  });

  it('are checked before anything is made', async () => {
    const environment = { SPRINTLAB_HOME: join(home, 'new'), SPRINTLAB_DATABASE_URL: 'sqlite://x' };
    await shell.run(['datasets', 'list'], { home, environment });
    expect(await readdir(home)).toEqual([]);
  });
});

describe('the password of a server', () => {
  /** Ends every connection at once, as a server behind a wrong port might. */
  let stranger: Server;
  beforeAll(async () => {
    stranger = createServer((socket) => socket.end('hello'));
    await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  });
  afterAll(() => stranger.close());

  const addressOf = (server: Server): string => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? `127.0.0.1:${address.port}` : '';
  };

  it.each([
    ['does not listen', `postgres://me:${PASSWORD}@127.0.0.1:9/db`, 'nothing answers at its host and port'],
    ['has no known host', `postgres://me:${PASSWORD}@none.invalid/db`, 'its host is not known'],
    ['has an impossible port', `postgres://me:${PASSWORD}@127.0.0.1:99999/db`, 'check SPRINTLAB_DATABASE_URL'],
    ['has a badly written password', `postgres://me:%zz${PASSWORD}@127.0.0.1/db`, 'check SPRINTLAB_DATABASE_URL'],
    ['speaks another language', `postgres://me:${PASSWORD}@STRANGER/db`, 'check SPRINTLAB_DATABASE_URL'],
    ['does not know the user', `postgres://none:${PASSWORD}@POSTGRES/postgres`, 'the user may not connect'],
    ['has no such database', `postgres://sprintlab:${PASSWORD}@POSTGRES/none`, 'that database does not exist'],
  ])('that %s is never printed', async (_, url, reason) => {
    const postgres = new URL(inject('postgresUrl')).host;
    const environment = {
      SPRINTLAB_DATABASE_URL: url.replace('STRANGER', addressOf(stranger)).replace('POSTGRES', postgres),
    };
    const refusal = await shell.refusal(['datasets', 'list'], { home, environment });
    expect(refusal).toMatchObject({ exit: 1, code: 'DATABASE_UNREACHABLE', places: [] });
    expect(refusal.message).toMatch(/^The database of SPRINTLAB_DATABASE_URL cannot be opened: /);
    expect(refusal.message).toContain(reason);
    const { code, out, err } = await shell.run(['doctor'], { home, environment });
    // The doctor answers all the same, with what else it found and what ails the database.
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/artifacts +ok .*\n.*\ndata base +failed .* → The database/),
    ]);
    expect(out).toContain(reason);
    for (const text of [JSON.stringify(refusal), out, err]) expect(text).not.toContain(PASSWORD);
  });

  it('is not printed of a server that is there either', async () => {
    const environment = { SPRINTLAB_DATABASE_URL: await freshDatabase(inject('postgresUrl')), SPRINTLAB_HOME: home };
    environment.SPRINTLAB_DATABASE_URL = environment.SPRINTLAB_DATABASE_URL.replace('@', `:${PASSWORD}@`);
    const { code, out, err } = await shell.run(['doctor'], { home, environment });
    expect([code, err]).toEqual([0, '']);
    expect(out).toContain('Postgres, of SPRINTLAB_DATABASE_URL');
    expect(out).not.toContain(PASSWORD);
  });
});

describe('the queue', () => {
  const QUIET = 'redis://:secret@127.0.0.1:9';

  it.each([
    ['in the data base', {}, /queue +ok +stages wait in the data base\n/],
    ['in Redis', { SPRINTLAB_QUEUE_URL: inject('redisUrl') }, /queue +ok +Redis, of SPRINTLAB_QUEUE_URL, answers\n/],
    [
      'in a Redis that is away',
      { SPRINTLAB_QUEUE_URL: QUIET },
      /queue +warning +Redis.*nothing answers.*→ start the server/,
    ],
  ])('is told by the doctor, %s', async (_, environment, line) => {
    const { code, out, err } = await shell.run(['doctor'], { home, environment });
    expect([code, out, err]).toEqual([0, expect.stringMatching(line), '']);
    expect(out).not.toContain('secret');
  });
});

describe('a home that cannot be one', () => {
  const messageIn = async (folder: string): Promise<string> => {
    const { code, out, err } = await shell.run(['datasets', 'list'], { home: folder });
    expect([code, out, err]).toEqual([1, '', expect.stringMatching(/^[^\n]+\n$/)]);
    return err;
  };

  it('is a file, or lies in one', async () => {
    const file = await shell.file('home', 'not a folder');
    const message = 'cannot be opened: there is a file where its folder should be; set SPRINTLAB_HOME to another.';
    expect(await messageIn(file)).toContain(message);
    expect(await messageIn(join(file, 'below'))).toContain(message);
  });

  it('has a file in place of the database that is no SQLite database', async () => {
    const folder = await shell.folder();
    await writeFile(join(folder, 'sprintlab.db'), 'a letter to a friend, long enough to be a header\n'.repeat(200));
    expect(await messageIn(folder)).toBe(
      `The database ${join(folder, 'sprintlab.db')} cannot be opened: it is no SQLite database, or a damaged one; ` +
        'move the file away, or set SPRINTLAB_HOME to another folder.\n',
    );
  });

  it('has a folder in place of the database', async () => {
    const folder = await shell.folder();
    await mkdir(join(folder, 'sprintlab.db'));
    expect(await messageIn(folder)).toContain('it can be neither opened nor made; make its folder writable');
  });
});
