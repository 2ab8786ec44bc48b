import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const READY_MS = 120_000;
const RUNS_AT_ONCE = 8;

/** A real MLflow server on SQLite with one experiment of so many runs, each with seven metrics. */
export async function mlflowWith(python, folder, runs) {
  const port = await sparePort();
  const store = `sqlite:///${join(folder, 'mlflow.db')}`;
  const words = [
    'server',
    '--backend-store-uri',
    store,
    '--default-artifact-root',
    join(folder, 'mlflow'),
    '--port',
    port,
  ];
  const server = spawn(join(dirname(python), 'mlflow'), words.map(String), {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
  });
  const url = `http://127.0.0.1:${port}`;
  const stop = () => process.kill(-server.pid);
  process.once('exit', () => server.exitCode ?? stop());
  await untilReady(url);
  const ask = (path, body) => posted(`${url}/api/2.0/mlflow/${path}`, body);
  const { experiment_id: experiment } = await ask('experiments/create', { name: 'large' });
  for (let first = 0; first < runs; first += RUNS_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(RUNS_AT_ONCE, runs - first) }, (_, index) => first + index);
    await Promise.all(numbers.map((number) => makeRun(ask, experiment, number)));
  }
  /** The runs by a metric, the best first. */
  const search = () =>
    timed(`${url}/api/2.0/mlflow/runs/search`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ experiment_ids: [experiment], max_results: runs, order_by: ['metrics.`hr.20` DESC'] }),
    });
  return { search, stop };
}

async function makeRun(ask, experiment, number) {
  const { run } = await ask('runs/create', { experiment_id: experiment, run_name: `trial ${number}`, start_time: 1 });
  const metrics = ['hr.5', 'hr.10', 'hr.20', 'ndcg.5', 'ndcg.10', 'ndcg.20', 'mrr.20'].map((key) => {
    return { key, value: ((number * 7919) % 1000) / 1000, timestamp: 1, step: 0 };
  });
  const params = ['arm', 'dataset', 'method', 'trainSeed', 'profileSeed'].map((key) => ({
    key,
    value: `${key} ${number}`,
  }));
  await ask('runs/log-batch', { run_id: run.info.run_id, metrics, params });
}

/** @returns seconds and bytes */
export async function timed(url, request) {
  const startedAt = performance.now();
  const response = await fetch(url, request);
  const { byteLength } = await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return { seconds: (performance.now() - startedAt) / 1000, bytes: byteLength };
}

async function posted(url, body) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

async function untilReady(url) {
  const until = performance.now() + READY_MS;
  while (performance.now() < until) {
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return;
    await delay(500);
  }
  throw new Error('The MLflow server did not answer in time.');
}

function sparePort() {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
