import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import autocannon from 'autocannon';
import { SPRINTLAB } from '../built.mjs';
import { figureOf, spreadOf, takeTurns } from '../pairing.mjs';
import { NoPythonError, pythonEnvironment } from '../python-environment.mjs';
import { browsingNotes } from '../sides/browsing.mjs';
import { followersNote } from '../sides/followers.mjs';
import { mlflowWith, timed } from '../sides/mlflow-server.mjs';
import { seedHome } from '../sides/seeded-home.mjs';

const CALLS = 50_000;
const RUNS = 1_000;
const CLIENTS = 200;
/** A server that was just started prepares the boards of the latest experiments. */
const PREPARING_MS = 5_000;
const HOTTEST = ['/experiments/large/board', '/experiments', '/trials?limit=100', '/events?order=desc'];

/** What the pages of a large experiment ask of the server, beside a real MLflow server asked the same. */
export async function measureCompare({ folder, rounds, quick, tell }) {
  const environment = { ...process.env, SPRINTLAB_HOME: join(folder, 'home'), SPRINTLAB_RATE_LIMIT: '0' };
  tell('planning 2,000 trials and making up their results');
  await command(environment, ['datasets', 'generate', 'random', '--name', 'toy', '--users', '2000', '--items', '500']);
  const trials = await seedHome(environment, { calls: CALLS });
  const { url, stop, pid } = await served(environment);
  const api = `${url}/api/v1`;
  try {
    const notes = [`${trials} trials × 60 steps × 12 metrics, ${CALLS} LLM calls, SQLite.`];
    await delay(PREPARING_MS);
    notes.push(await boardNote(api, rounds), await comparisonNote(api));
    tell('looking at it in Chromium');
    notes.push(...(await browsingNotes(url, { rounds })));
    const figures = await besideMlflow(api, { folder, rounds, quick, tell, notes });
    tell('asking the hottest reads');
    for (const path of HOTTEST) notes.push(await loadNote(`${api}${path}`, path, quick));
    tell(`following the events with ${CLIENTS} clients`);
    notes.push(await followersNote(api, { pid, clients: CLIENTS, seconds: quick ? 10 : 60 }));
    return { figures, notes };
  } finally {
    stop();
  }
}

const ms = ({ median, max }) => `${median.toFixed(0)} ms (at most ${max.toFixed(0)})`;

async function boardNote(api, rounds) {
  const path = `${api}/experiments/large/board`;
  const first = await timed(path);
  const metrics = ['hr@5', 'hr@10', 'ndcg@5', 'ndcg@10', 'ndcg@20', 'mrr@20'];
  const fresh = [];
  for (const metric of metrics) fresh.push((await timed(`${path}?metric=${metric}`)).seconds * 1000);
  const again = [];
  for (let round = 0; round < rounds * 4; round++) again.push((await timed(path)).seconds * 1000);
  return (
    `Board: ${(first.bytes / 1000).toFixed(0)} kB; the first, ${PREPARING_MS / 1000} s after the start of the server, ` +
    `${(first.seconds * 1000).toFixed(0)} ms, of another metric ${ms(spreadOf(fresh))}, again ${ms(spreadOf(again))}.`
  );
}

async function comparisonNote(api) {
  const answers = [];
  for (let round = 0; round < 3; round++) answers.push(await timed(`${api}/experiments/large/comparison`));
  const [{ bytes }] = answers;
  return `Comparison with all metrics: ${(bytes / 1000).toFixed(0)} kB, ${ms(spreadOf(answers.map(({ seconds }) => seconds * 1000)))}.`;
}

async function besideMlflow(api, { folder, rounds, quick, tell, notes }) {
  const runs = quick ? RUNS / 4 : RUNS;
  try {
    const python = await pythonEnvironment('sprintlab-bench-mlflow', new URL('../python/mlflow.txt', import.meta.url));
    tell(`filling an MLflow server with ${runs} runs`);
    const mlflow = await mlflowWith(python, folder, runs);
    const ours = () => timed(`${api}/trials?experiment=large&sort=-metrics.hr@20&limit=${runs}`);
    const answers = await takeTurns([ours, mlflow.search], { rounds, warmUps: 1 });
    mlflow.stop();
    const figure = (measure, unit, of) =>
      figureOf(
        { measure, unit, peer: 'MLflow 3.17' },
        answers.map(([left, right]) => [of(left), of(right)]),
      );
    return [
      figure(`${runs} trials by a metric`, 'ms', ({ seconds }) => seconds * 1000),
      figure(`bytes of the answer`, 'kB', ({ bytes }) => bytes / 1000),
    ];
  } catch (error) {
    if (!(error instanceof NoPythonError)) throw error;
    notes.push(error.message);
    return [];
  }
}

async function loadNote(url, path, quick) {
  const { requests, latency, non2xx } = await autocannon({ url, connections: 20, duration: quick ? 2 : 10 });
  return (
    `${path}: ${requests.average.toFixed(0)} requests/s from 20 connections, latency ${latency.p50} ms (99 %: ${latency.p99} ms)` +
    `${non2xx === 0 ? '' : `, ${non2xx} refused`}.`
  );
}

async function served(environment) {
  const words = ['serve', '--port', '0', '--workers', '0', '--json', '--log', 'json'];
  const server = spawn(process.execPath, [SPRINTLAB, ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [line, ready] = await Promise.all([
    lineWith('{"url"', server.stdout),
    lineWith('"message":"ready"', server.stderr),
  ]);
  server.stderr.resume();
  return { url: JSON.parse(line).url, pid: JSON.parse(ready).pid, stop: () => server.kill() };
}

function lineWith(words, stream) {
  return new Promise((resolve, reject) => {
    let text = '';
    stream.on('data', (chunk) => {
      text += chunk;
      const found = text
        .split('\n')
        .slice(0, -1)
        .find((line) => line.includes(words));
      if (found !== undefined) resolve(found);
    });
    stream.once('end', () => reject(new Error('The server ended before it was ready.')));
  });
}

function command(environment, words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [SPRINTLAB, ...words], { env: environment, stdio: 'ignore' });
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(`${words.join(' ')} failed`))));
  });
}
