import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '../bench/python-environment.mjs';

/**
 * Asks every route of the API whatever its description allows, and what it does not, and looks for answers of 5xx and for shapes
 * that the description does not have: `npm run check:api-fuzz`, with `-- --max-examples N` for longer.
 */
const SPRINTLAB = fileURLToPath(new URL('../../dist/apps/cli/main.js', import.meta.url));
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];
const MANIFEST = `sprintlab: 1
name: small
question: Does it work?
dataset: planted
protocol: {sessions: given, split: given, cutoffs: [20]}
settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 3}, training: {epochs: 5}, selection: {ratio: 0.5}, intents: {initial: 8}, probe: {randomIntents: 20}, enrichment: {start: 1, ramp: 1}}
report: {projection: true}
`;

const folder = mkdtempSync(join(tmpdir(), 'sprintlab-fuzz-'));
const env = { ...process.env, SPRINTLAB_HOME: join(folder, 'home'), SPRINTLAB_RATE_LIMIT: '0' };
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));

const python = await pythonEnvironment('sprintlab-api-fuzz', new URL('api-fuzz.txt', import.meta.url));
writeFileSync(join(folder, 'small.yaml'), MANIFEST);
const planted = [
  '--name',
  'planted',
  '--sessions',
  '400',
  '--items',
  '120',
  '--intents',
  '6',
  '--test-sessions',
  '150',
];
await run(process.execPath, [SPRINTLAB, 'datasets', 'generate', 'planted', ...planted]);
await run(process.execPath, [SPRINTLAB, 'run', join(folder, 'small.yaml'), '--workers', '2']);
const server = spawn(
  process.execPath,
  [SPRINTLAB, 'serve', '--port', '0', '--workers', '0', '--json', '--log-level', 'error'],
  {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
const { url } = JSON.parse(await firstLine(server.stdout));
const options = [
  '--checks',
  CHECKS.join(),
  '--phases',
  'examples,coverage,fuzzing',
  '--continue-on-failure',
  '--no-color',
];
const more = process.argv.slice(2);
const code = await ended(
  spawn(join(dirname(python), 'st'), ['run', `${url}/api/openapi.json`, ...options, '--warnings', 'off', ...more], {
    cwd: folder,
    stdio: 'inherit',
  }),
);
const isAlive = server.exitCode === null && (await fetch(`${url}/health`)).ok;
server.kill();
if (!isAlive) console.error('The server did not live through it.');
process.exit(isAlive ? code : 1);

async function run(program, words) {
  const status = await ended(spawn(program, words, { env, stdio: ['ignore', 'ignore', 'inherit'] }));
  if (status !== 0) process.exit(status);
}

function ended(child) {
  return new Promise((resolve) => child.once('close', (status) => resolve(status ?? 1)));
}

async function firstLine(stream) {
  let text = '';
  for await (const chunk of stream) {
    text += chunk;
    if (text.includes('\n')) return text.split('\n')[0];
  }
  throw new Error('The server ended before it was ready.');
}
