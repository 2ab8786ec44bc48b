import { inject } from 'vitest';
import { aFolder, sprintlab, type Invocation } from './command-line.ts';
import { aSprintManifest, GENERATE_PLANTED } from './planted-home.ts';
import { freshDatabase } from './postgres-server.mjs';
import { startProgram, type RunningProgram } from './program.ts';

/** What differs in the experiment `small` that the server has. */
const SMALL_EXPERIMENT = [
  'name: small',
  'protocol: {sessions: given, split: given, cutoffs: [5, 20]}',
  'axes: {selection.ratio: [0.2, 0.5]}',
  'arms: [{name: backbone, method: backbone}, {name: popularity, method: popularity}]',
  'report: {baseline: backbone, projection: true}',
];

export async function aPlaceOn(engine: string): Promise<Invocation> {
  const home = await aFolder();
  if (engine === 'SQLite') return { home, environment: {} };
  return { home, environment: { SPRINTLAB_DATABASE_URL: await freshDatabase(inject('postgresUrl')) } };
}

/** A home in which `small` has run: of two arms that profile, the backbone and a baseline. */
export async function aFinishedExperiment(invocation: Invocation): Promise<void> {
  const manifest = await aSprintManifest(SMALL_EXPERIMENT);
  for (const words of [GENERATE_PLANTED, ['run', manifest, '--workers', '2', '--json']]) {
    const { code, err } = await sprintlab(words, invocation);
    if (code !== 0) throw new Error(err);
  }
}

/** A server that only answers; whatever is submitted waits. */
export function serve({ home, environment }: Invocation, more: Readonly<Record<string, string>> = {}) {
  const invocation = { home, environment: { SPRINTLAB_RATE_LIMIT: '0', ...environment, ...more } };
  return startProgram(['serve', '--port', '0', '--workers', '0'], invocation);
}

export interface Heard<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** Asks below `/api/v1`. */
export async function ask<Body = unknown>(
  { url }: Pick<RunningProgram, 'url'>,
  path: string,
  request: RequestInit = {},
): Promise<Heard<Body>> {
  const response = await fetch(`${url}/api/v1${path}`, request);
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    body: (isJson && text !== '' ? JSON.parse(text) : text) as Body,
    headers: response.headers,
  };
}

export function send(body: unknown, headers: Readonly<Record<string, string>> = {}): RequestInit {
  return { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
}
