import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../bench/python-environment.mjs';
import { sparePort } from './spare-port.mjs';

const REQUIREMENTS = new URL('./python/mlflow-requirements.txt', import.meta.url);

/** What making its Python and starting it may take, in milliseconds, on a machine that does other things as well. */
export const MLFLOW_MS = 600_000;

/** Where MLflow's Python is: made on first use, in about a minute. */
export function mlflowPython() {
  return pythonEnvironment('sprintlab-mlflow-server', REQUIREMENTS);
}

/** A private MLflow server on a spare port: SQLite, one worker, artifacts through its proxy. */
export async function startMlflow(options = [], environment = {}) {
  const python = await mlflowPython();
  const folder = await mkdtemp(join(tmpdir(), 'sprintlab-mlflow-'));
  const port = await sparePort();
  const url = `http://127.0.0.1:${port}`;
  const start = () => startAt({ python, folder, port, url, options, environment });
  let server = await start();
  return {
    url,
    python,
    folder,
    kill: () => ended(server),
    startAgain: async () => {
      await ended(server);
      server = await start();
    },
    freeze: () => process.kill(-server.pid, 'SIGSTOP'),
    thaw: () => process.kill(-server.pid, 'SIGCONT'),
    stop: async () => {
      await ended(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startAt({ python, folder, port, url, options, environment }) {
  const store = [
    '--backend-store-uri',
    `sqlite:///${folder}/mlflow.db`,
    '--artifacts-destination',
    `${folder}/artifacts`,
  ];
  const words = [
    '-m',
    'mlflow',
    'server',
    '--host',
    '127.0.0.1',
    '--port',
    String(port),
    '--workers',
    '1',
    ...store,
    ...options,
  ];
  // A group of its own: MLflow starts processes that would outlive it.
  const server = spawn(python, words, {
    cwd: folder,
    stdio: 'ignore',
    detached: true,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
      MLFLOW_FLASK_SERVER_SECRET_KEY: 'for tests only',
      ...environment,
    },
  });
  return answering(server, url);
}

async function answering(server, url) {
  for (let attempt = 0; attempt < 900; attempt += 1) {
    if (server.exitCode !== null) throw new Error('The private MLflow server ended at its start.');
    const isUp = await fetch(`${url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (isUp) return server;
    await new Promise((wake) => setTimeout(wake, 100));
  }
  throw new Error('The private MLflow server did not answer within 90 seconds.');
}

function ended(server) {
  if (server.exitCode !== null || server.signalCode !== null) return Promise.resolve();
  const end = new Promise((done) => server.once('exit', () => done()));
  process.kill(-server.pid, 'SIGKILL');
  return end;
}
