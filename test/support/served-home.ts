import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { sprintlab, startSprintlab, type Invocation, type Running } from './command-line.ts';
import { GENERATE_PLANTED, sprintManifest } from './planted-home.ts';
import { freshDatabase } from './postgres-server.mjs';
import { sparePort } from './spare-port.mjs';

export type Engine = 'SQLite' | 'Postgres';

/** A home with results and a server before it, for all tests of a suite. */
export interface ServedHome {
  readonly url: string;
  /** For programs beside the server. */
  readonly invocation: Invocation;
  /** Ends the server as a power cut would. */
  halt(): Promise<void>;
  /** At the same address. */
  startAgain(): Promise<void>;
  remove(): Promise<void>;
}

export const MARKUP = '<img src=x onerror=alert(1)> & <script>alert(2)</script>';

const RESULTS = sprintManifest([
  'name: results',
  'question: Do uncertain sessions teach more than random ones?',
  'settings: {method: sprint, backbone: {dimension: 8, layers: 1}, warmUp: {epochs: 2}, training: {epochs: 2}, ' +
    'selection: {ratio: 0.3}, intents: {initial: 6}, probe: {randomIntents: 10}, enrichment: {start: 1, ramp: 1}}',
  'axes: {selection.strategy: [random, uncertainty], intents.cap: [6, 12]}',
  'arms: [{name: backbone, method: backbone}, {name: popularity, method: popularity}]',
  'seeds: {train: 1, profile: 1}',
  'report: {primary: hr@20, baseline: backbone}',
]);
const HOSTILE = sprintManifest([
  'name: hostile',
  `question: ${JSON.stringify(MARKUP)}`,
  `arms: [{name: ${JSON.stringify(MARKUP)}, method: popularity}, {name: item-knn, method: item-knn}]`,
  'settings: {method: popularity}',
]);

export async function serveHome(engine: Engine): Promise<ServedHome> {
  const home = await mkdtemp(join(tmpdir(), 'sprintlab-served-'));
  const environment = engine === 'SQLite' ? {} : { SPRINTLAB_DATABASE_URL: await freshDatabase(inject('postgresUrl')) };
  const invocation: Invocation = { home, environment };
  await succeeded(GENERATE_PLANTED, invocation);
  for (const [name, manifest] of Object.entries({ results: RESULTS, hostile: HOSTILE })) {
    const file = join(home, `${name}.yaml`);
    await writeFile(file, manifest);
    await succeeded(['run', file, '--workers', '2'], invocation);
  }
  const port = await sparePort();
  let server = await started(port, invocation);
  const halt = async (): Promise<void> => {
    server.process.kill('SIGKILL');
    await server.outcome;
  };
  return {
    url: `http://127.0.0.1:${port}`,
    invocation,
    halt,
    startAgain: async () => void (server = await started(port, invocation)),
    remove: async () => {
      await halt();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function succeeded(words: readonly string[], invocation: Invocation): Promise<void> {
  const { code, err } = await sprintlab(words, invocation);
  if (code !== 0) throw new Error(`${words.join(' ')} ended with ${String(code)}: ${err}`);
}

async function started(port: number, invocation: Invocation): Promise<Running> {
  const server = startSprintlab(['serve', '--port', String(port), '--workers', '1', '--json'], invocation);
  const ready = new Promise<void>((resolve) => server.process.stdout?.once('data', () => resolve()));
  const ended = server.outcome.then(({ err }) => Promise.reject(new Error(`The server ended: ${err}`)));
  await Promise.race([ready, ended]);
  ended.catch(() => undefined);
  return server;
}
