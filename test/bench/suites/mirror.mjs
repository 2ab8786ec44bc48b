import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startMlflow } from '../../support/mlflow-server.mjs';
import { loadBuilt, nodeSide, SPRINTLAB } from '../built.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { fillMirrored, fillWithEvents, openHome } from '../sides/mirrored-home.mjs';
import { REPORT_USAGE, runTimed } from '../timed-process.mjs';

const PLANTED = ['--sessions', '400', '--items', '120', '--intents', '6', '--test-sessions', '150', '--seed', '3'];
const GRID = `sprintlab: 1
name: grid
question: What does MLflow cost a grid?
dataset: planted
protocol: {sessions: given, split: given, cutoffs: [20]}
settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 10}, training: {epochs: 20}, selection: {ratio: 0.5}, intents: {initial: 8}, enrichment: {start: 1, ramp: 1}}
axes: {selection.strategy: [random, uncertainty], enrichment.strategy: [none, self, neighbour]}
`;
const LANES = 4;
const NEVER = new AbortController().signal;

/** How fast MLflow is told, against a bare client of the same server; what that costs a grid; and a long absence of MLflow. */
export async function measureMirror({ folder, rounds, quick, tell }) {
  tell('starting MLflow');
  const server = await startMlflow();
  try {
    const place = { folder, url: server.url };
    tell('metrics and spans, in turns with a bare client');
    const trials = quick ? 4 : 12;
    const points = await throughput(place, { trials, epochs: quick ? 100 : 500 }, { rounds, name: 'points' });
    const spans = await throughput(place, { trials: 1, sessions: quick ? 100 : 1_000 }, { rounds, name: 'spans' });
    tell('a grid with MLflow and without');
    const cpu = await grids(place, rounds);
    tell('a long absence');
    const absence = await absences(place, quick ? 100_000 : 1_000_000);
    return { figures: [points, spans, cpu, absence.figure], notes: absence.notes };
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

/** CPU time of all processes of a grid, children included. */
async function grids({ folder, url }, rounds) {
  const side = (environment) => async () => {
    const home = await mkdtemp(join(folder, 'home-'));
    const settings = { SPRINTLAB_HOME: home, ...environment };
    const sprintlab = (words) =>
      runTimed({
        name: 'sprintlab',
        command: [process.execPath, SPRINTLAB, ...words],
        folder: home,
        environment: settings,
        isPinned: false,
      });
    await sprintlab(['datasets', 'generate', 'planted', '--name', 'planted', ...PLANTED]);
    await writeFile(join(home, 'grid.yaml'), GRID);
    const before = await childSeconds();
    await sprintlab(['run', 'grid.yaml', '--workers', '1']);
    const seconds = (await childSeconds()) - before;
    await rm(home, { recursive: true });
    return seconds;
  };
  const answers = await takeTurns([side({ MLFLOW_TRACKING_URI: url }), side({ MLFLOW_TRACKING_URI: '' })], {
    rounds,
    warmUps: 0,
  });
  return figureOf({ measure: 'CPU time of a grid of 6 trials', unit: 's', peer: 'the same without MLflow' }, answers);
}

/** Of all children of this process that have ended, and of theirs, in seconds (proc(5): hundredths of a second). */
async function childSeconds() {
  const text = await readFile('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** MLflow away for so many events: the memory of telling them all, and that a mirror which was ended goes on where it was. */
async function absences({ folder, url }, events) {
  const drained = async (count, isInterrupted) => {
    const home = await mkdtemp(join(folder, 'home-'));
    const application = await openHome(home, url);
    await fillWithEvents(application, count);
    await application.close();
    const tell = async (...words) => {
      const [node, side] = nodeSide('drain.mjs');
      const command = [node, '--import', REPORT_USAGE, side, home, url, ...words];
      const { output, seconds, peakMemoryBytes } = await runTimed({ name: 'drain', command, folder: home });
      return { ...JSON.parse(output), seconds, peakMemoryBytes };
    };
    const first = isInterrupted ? await tell(String(events / 200)) : null;
    const last = await tell();
    if (last.pending !== 0) throw new Error(`${last.pending} events were not told.`);
    await rm(home, { recursive: true });
    return { first, last };
  };
  const many = await drained(events, true);
  const few = await drained(events / 100, false);
  const megabytes = ({ last }) => last.peakMemoryBytes / 1e6;
  const measure = `peak memory of telling ${events} events that waited`;
  return {
    figure: figureOf({ measure, unit: 'MB', peer: `${events / 100} events` }, [[megabytes(many), megabytes(few)]]),
    notes: [
      `A mirror that was ended after ${many.first.mirroredThrough} events went on with the next; the rest took ${many.last.seconds.toFixed(1)} s.`,
    ],
  };
}

async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return (performance.now() - startedAt) / 1000;
}
