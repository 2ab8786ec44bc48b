import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { sparePort } from './spare-port.mjs';
const run = promisify(execFile);
/** A private server on a spare port with its data in a temporary folder; never one that already runs on this machine. */
export async function startPostgres() {
  const binaries = await postgresBinaries();
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-postgres-'));
  const data = join(folder, 'data');
  const asServer = process.getuid?.() === 0 ? ['runuser', '-u', 'postgres', '--'] : [];
  if (asServer.length > 0) await run('chown', ['postgres', folder]);
  const [initdb, ...words] = [...asServer, join(binaries, 'initdb'), '-D', data, '-U', 'sprintlab', '-A', 'trust'];
  await run(initdb, words);
  const port = await sparePort();
  const place = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
  const command = [...asServer, join(binaries, 'postgres'), ...place];
  const url = `postgres://sprintlab@127.0.0.1:${port}/postgres`;
  let server = await startAt(url, command);
  const stopBy = async (signal) => {
    await run('pkill', [`-${signal}`, '-f', data]).catch(() => undefined);
    await new Promise((done) => (server.exitCode === null ? server.once('exit', done) : done(null)));
  };
  return {
    url,
    shutDown: () => stopBy('INT'),
    crash: () => stopBy('QUIT'),
    startAgain: async () => void (server = await startAt(url, command)),
    stop: async () => {
      await stopBy('INT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startAt(url, [program = '', ...words]) {
  const server = spawn(program, words, { stdio: 'ignore' });
  await untilReachable(url, server);
  return server;
}
/** An empty data base of its own, so that suites do not meet. */
export async function freshDatabase(serverUrl) {
  const name = `suite_${Math.random().toString(36).slice(2)}`;
  const client = new pg.Client(serverUrl);
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  return serverUrl.replace(/\/postgres$/, `/${name}`);
}
async function postgresBinaries() {
  const found = await installedBinaries();
  if (found !== null) return found;
  await run('apt-get', ['update']).catch(() => undefined);
  await run('apt-get', ['install', '-y', 'postgresql'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).catch((error) => {
    throw new Error('The suites on Postgres need its server: install the package `postgresql`.', { cause: error });
  });
  const installed = await installedBinaries();
  if (installed === null) throw new Error('The suites on Postgres need `initdb` in /usr/lib/postgresql/<version>/bin.');
  return installed;
}
async function installedBinaries() {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.sort((left, right) => Number(right) - Number(left))[0];
  return newest === undefined ? null : join('/usr/lib/postgresql', newest, 'bin');
}
async function untilReachable(url, server) {
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
