import { totalmem } from 'node:os';
import { describe, expect, it } from 'vitest';
import { readConfig, UnusableEnvironmentError } from './config.ts';

const refusalOf = (environment: Readonly<Record<string, string>>): UnusableEnvironmentError => {
  try {
    readConfig(environment, '/here');
  } catch (error) {
    if (error instanceof UnusableEnvironmentError) return error;
  }
  throw new Error('The environment was taken.');
};

describe('readConfig', () => {
  it('keeps the database in .sprintlab and the artifacts beside it where nothing is said', () => {
    expect(readConfig({ PATH: '/bin' }, '/here')).toEqual({
      database: { engine: 'sqlite', file: '/here/.sprintlab/sprintlab.db' },
      artifactsFolder: '/here/artifacts',
      queue: { kind: 'embedded' },
      stageMemoryBytes: totalmem() / 2,
      mlflow: null,
      access: { hasAccounts: false, requestsPerMinute: 6_000, origins: [] },
      llms: { simulated: { kind: 'simulated', errorRate: 0.1 } },
      server: null,
    });
  });

  it('takes a server to ask in place of a home, without the slash at its end and with the token', () => {
    const environment = { SPRINTLAB_URL: 'https://lab.example.org/sprintlab/', SPRINTLAB_TOKEN: 'sprintlab_a' };
    const { server } = readConfig(environment, '/here');
    expect(server).toEqual({ url: 'https://lab.example.org/sprintlab', token: 'sprintlab_a' });
  });

  it.each(['lab.example.org', 'ftp://lab', 'http://me:secret@lab', 'http://lab/?token=secret'])(
    'refuses %s as the address of a server',
    (url) => {
      expect(refusalOf({ SPRINTLAB_URL: url }).places).toMatchObject([{ path: 'SPRINTLAB_URL' }]);
    },
  );

  it.each([
    ['/labs/mine', '/labs/mine'],
    ['mine', '/here/mine'],
    ['../mine ', '/mine'],
  ])('keeps both below SPRINTLAB_HOME: %j', (home, folder) => {
    expect(readConfig({ SPRINTLAB_HOME: home }, '/here')).toMatchObject({
      database: { engine: 'sqlite', file: `${folder}/sprintlab.db` },
      artifactsFolder: `${folder}/artifacts`,
    });
  });

  it.each(['postgres://me@host/db', 'postgresql://me:secret@host:5433/db?sslmode=require'])(
    'takes the server %s',
    (url) => {
      const { database, artifactsFolder } = readConfig(
        { SPRINTLAB_DATABASE_URL: url, SPRINTLAB_HOME: '/home' },
        '/here',
      );
      expect([database, artifactsFolder]).toEqual([{ engine: 'postgres', url }, '/home/artifacts']);
    },
  );

  it.each(['redis://host', 'rediss://me:secret@host:6380/1'])('takes the queue at %s', (url) => {
    expect(readConfig({ SPRINTLAB_QUEUE_URL: url }, '/here').queue).toEqual({ kind: 'redis', url });
  });

  it('takes the memory of a stage in mebibytes', () => {
    expect(readConfig({ SPRINTLAB_STAGE_MEMORY: '4096' }, '/here').stageMemoryBytes).toBe(4096 * 1024 * 1024);
  });

  it('names every mistake at once', () => {
    const { places } = refusalOf({
      SPRINTLAB_HOME: '',
      SPRINTLAB_DATABASE_URL: 'mysql://host/db',
      SPRINTLAB_QUEUE_URL: 'host:6379',
      SPRINTLAB_STAGE_MEMORY: '4 GB',
      SPRINTLAB_HOMES: 'x',
    });
    expect(places.map(({ path }) => path)).toEqual([
      'SPRINTLAB_HOMES',
      'SPRINTLAB_HOME',
      'SPRINTLAB_DATABASE_URL',
      'SPRINTLAB_QUEUE_URL',
      'SPRINTLAB_STAGE_MEMORY',
    ]);
  });

  it('does not ignore a mistyped name, and says which was meant', () => {
    const { places } = refusalOf({ SPRINTLAB_DATABSE_URL: 'postgres://host/db' });
    expect(places).toMatchObject([{ path: 'SPRINTLAB_DATABSE_URL', suggestion: 'SPRINTLAB_DATABASE_URL' }]);
  });

  it('repeats no value, since it may hold a secret', () => {
    const refusal = refusalOf({
      SPRINTLAB_DATABASE_URL: 'mysql://me:secret@host/db',
      SPRINTLAB_QUEUE_URL: 'http://secret',
      SPRINTLAB_TOKENS: 'secret',
    });
    expect(JSON.stringify([refusal.message, refusal.places])).not.toContain('secret');
  });
});
