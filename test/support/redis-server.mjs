import { execFile, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { sparePort } from './spare-port.mjs';
const run = promisify(execFile);
/** A private server on a spare port, in memory only; never one that already runs on this machine. */
export async function startRedis() {
  await installed();
  const port = await sparePort();
  const url = `redis://127.0.0.1:${port}`;
  let server = await startAt(port);
  return {
    url,
    flush: () => asked(url, (client) => client.flushall().then(() => undefined)),
    stop: () => ended(server),
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    startAgain: async () => {
      await ended(server);
      server = await startAt(port);
    },
  };
}
async function startAt(port) {
  const words = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'];
  const server = spawn('redis-server', words, { stdio: 'ignore' });
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (server.exitCode !== null) throw new Error('The private Redis server ended at its start.');
    const isUp = await asked(`redis://127.0.0.1:${port}`, (client) => client.ping()).then(
      () => true,
      () => false,
    );
    if (isUp) return server;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error('The private Redis server did not answer within 10 seconds.');
}
function ended(server) {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  const end = new Promise((done) => server.once('exit', () => done()));
  server.kill('SIGKILL');
  return end;
}
async function asked(url, ask) {
  const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await ask(client);
  } finally {
    client.disconnect();
  }
}
async function installed() {
  if (await isInstalled()) return;
  await run('apt-get', ['update']).catch(() => undefined);
  await run('apt-get', ['install', '-y', 'redis-server'], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  }).catch((error) => {
    throw new Error('The suites on Redis need its server: install the package `redis-server`.', { cause: error });
  });
  if (!(await isInstalled())) throw new Error('The suites on Redis need `redis-server` in the PATH.');
}
async function isInstalled() {
  return run('redis-server', ['--version']).then(
    () => true,
    () => false,
  );
}
