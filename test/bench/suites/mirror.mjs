import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startMlflow } from '../../support/mlflow-server.mjs';
import { loadBuilt } from '../built.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { fillMirrored, openHome } from '../sides/mirrored-home.mjs';

const LANES = 4;
const NEVER = new AbortController().signal;

/** How fast MLflow is told, against a bare client of the same server. */
export async function measureMirror({ folder, rounds, quick, tell }) {
  tell('starting MLflow');
  const server = await startMlflow();
  try {
    const place = { folder, url: server.url };
    tell('metrics and spans, in turns with a bare client');
    const trials = quick ? 4 : 12;
    const points = await throughput(place, { trials, epochs: quick ? 100 : 500 }, { rounds, name: 'points' });
    const spans = await throughput(place, { trials: 1, sessions: quick ? 100 : 1_000 }, { rounds, name: 'spans' });
    return { figures: [points, spans], notes: [] };
  } finally {
    await server.stop();
  }
}

async function throughput({ folder, url }, what, { rounds, name }) {
  let round = 0;
  const measured = { points: 0, spans: 0 };
  const mirrored = async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const application = await openHome(home, url);
    Object.assign(
      measured,
      await fillMirrored(application, { name: `${name}-${(round += 1)}-${process.pid}`, ...what }),
    );
    const seconds = await secondsOf(() => application.tracking.mirror.drain(NEVER));
    await application.tracking.mirror.close();
    await application.close();
    await rm(home, { recursive: true });
    return seconds;
  };
  const bare = () => secondsOfBare(url, `bare-${name}-${(round += 1)}-${process.pid}`, { ...what, ...measured });
  const answers = await takeTurns([mirrored, bare], { rounds, warmUps: 1 });
  const count = measured[name];
  const pairs = answers.map(([left, right]) => [(left / count) * 1e6, (right / count) * 1e6]);
  return figureOf(
    { measure: `${count} ${name} told to MLflow, each`, unit: 'µs', peer: 'a bare client, as many at a time' },
    pairs,
  );
}

/** The least that a client of MLflow must do for as many runs with as many points, or as many traces with as many spans. */
async function secondsOfBare(url, name, { trials, points, sessions, spans }) {
  const [{ Mlflow }] = await Promise.all([loadBuilt('platform/mlflow/mlflow.js')]);
  const none = { http: null, https: null, except: null };
  const mlflow = new Mlflow({
    url,
    credentials: { kind: 'none' },
    isInsecure: false,
    certificateFile: null,
    proxies: none,
  });
  const { id: experiment } = await mlflow.runs.makeExperiment(name, {});
  const one = async (at) => {
    const run = await mlflow.runs.create({ experiment, name: `run ${at}`, startTime: 1, tags: {} });
    if (points > 0) await mlflow.runs.log(run, { points: pointsOf(points / trials) });
    if (spans > 0) await mlflow.traces.send(experiment, run, tracesOf(name, sessions, spans / sessions));
  };
  const numbers = Array.from({ length: trials }, (_, at) => at);
  const lane = async () => {
    for (let at = numbers.shift(); at !== undefined; at = numbers.shift()) await one(at);
  };
  const seconds = await secondsOf(() => Promise.all(Array.from({ length: LANES }, lane)));
  await mlflow.close();
  return seconds;
}

function pointsOf(count) {
  return Array.from({ length: count }, (_, at) => ({ key: `metric ${at % 8}`, value: at, timestamp: at, step: at }));
}

function tracesOf(name, count, spans) {
  const id = (length, ...words) => Buffer.from(words.join(' ')).toString('hex').padStart(length, '0').slice(-length);
  return Array.from({ length: count }, (_, at) => ({
    ...{ id: id(32, process.pid, name, at), requestPreview: '', responsePreview: '', isError: false, tags: {} },
    spans: Array.from({ length: spans }, (_unused, step) => ({
      ...{
        id: id(16, name.slice(-3), at, step),
        parent: step === 0 ? null : id(16, name.slice(-3), at, 0),
        name: 'IDENTIFY',
        startMs: 1,
        endMs: 2,
        isError: false,
      },
      attributes: {
        'mlflow.spanType': '"LLM"',
        'mlflow.spanInputs': JSON.stringify('An item with a title of some words [Category]\n'.repeat(20)),
      },
    })),
  }));
}

async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
