import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

export interface PostgresServer {
  /** `postgres://…` of the maintenance data base. */
  readonly url: string;
  stop(): Promise<void>;
}

/** A private server on a spare port with its data in a temporary folder; never one that already runs on this machine. */
export async function startPostgres(): Promise<PostgresServer> {
  const binaries = await postgresBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-postgres-'));
  const data = join(folder, 'data');
  const asServer = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asServer.length > 0) await run('chown', ['postgres', folder]);
  const [initdb, ...initdbArguments] = [
    ...asServer,
    join(binaries, 'initdb'),
    '-D',
    data,
    '-U',
    'sprintlab',
    '-A',
    'trust',
  ];
  await run(initdb, initdbArguments);
  const port = await sparePort();
  const [postgres, ...postgresArguments] = [
    ...asServer,
    join(binaries, 'postgres'),
    '-D',
    data,
    '-p',
    String(port),
    '-h',
    '127.0.0.1',
    '-k',
    folder,
  ];
  const server = spawn(postgres, postgresArguments, { stdio: 'ignore' });
  const url = `postgres://sprintlab@127.0.0.1:${port}/postgres`;
  await untilReachable(url, server);
  return {
    url,
    stop: async () => {
      await run('pkill', ['-INT', '-f', data]).catch(() => undefined);
      await new Promise((done) => (server.exitCode === null ? server.once('exit', done) : done(null)));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** An empty data base of its own, so that suites do not meet. */
export async function freshDatabase(serverUrl: string): Promise<string> {
  const name = `suite_${Math.random().toString(36).slice(2)}`;
  const client = new pg.Client(serverUrl);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return serverUrl.replace(/\/postgres$/, `/${name}`);
}

async function postgresBinaries(): Promise<string> {
  const found = await installedBinaries();
  if (found !== null) return found;
  await run('apt-get', ['update']).catch(() => undefined);
  await run('apt-get', ['install', '-y', 'postgresql'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).catch((error: unknown) => {
    throw new Error('The suites on Postgres need its server: install the package `postgresql`.', { cause: error });
  });
  const installed = await installedBinaries();
  if (installed === null) throw new Error('The suites on Postgres need `initdb` in /usr/lib/postgresql/<version>/bin.');
  return installed;
}

async function installedBinaries(): Promise<string | null> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.sort((left, right) => Number(right) - Number(left))[0];
  return newest === undefined ? null : join('/usr/lib/postgresql', newest, 'bin');
}

function sparePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() =>
        address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}

async function untilReachable(url: string, server: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (server.exitCode !== null) throw new Error('The private Postgres server ended at its start.');
    const client = new pg.Client(url);
    const isUp = await client.connect().then(
      () => true,
      () => false,
    );
    await client.end().catch(() => undefined);
    if (isUp) return;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error('The private Postgres server did not answer within 10 seconds.');
}
