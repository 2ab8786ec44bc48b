import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startMlflow } from '../../support/mlflow-server.mjs';
import { SPRINTLAB } from '../built.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { runTimed } from '../timed-process.mjs';

const DEMO = fileURLToPath(new URL('../../../experiments/demo.yaml', import.meta.url));
const DATA = ['datasets', 'generate', 'planted', '--preset', 'planted-demo', '--name', 'planted-demo'];

/** What it costs the processes of the demo's grid that MLflow is told of it. Those of MLflow itself do not count. */
export async function measureMirrorGrid({ folder, rounds, quick, tell }) {
  tell('starting MLflow');
  const server = await startMlflow();
  try {
    tell('the grid of the demo, with MLflow and without');
    const sides = [server.url, ''].map((url) => () => secondsOfGrid(folder, url));
    const answers = await takeTurns(sides, { rounds: quick ? 1 : rounds, warmUps: 0 });
    const what = { measure: 'CPU time of the grid of the demo, 2 workers', unit: 's', peer: 'the same without MLflow' };
    return { figures: [figureOf(what, answers)], notes: [] };
  } finally {
    await server.stop();
  }
}

/** CPU time of all processes of a grid, children included. */
async function secondsOfGrid(folder, url) {
  const home = await mkdtemp(join(folder, 'home-'));
  const environment = { SPRINTLAB_HOME: home, MLFLOW_TRACKING_URI: url };
  const sprintlab = (words) =>
    runTimed({
      name: 'sprintlab',
      command: [process.execPath, SPRINTLAB, ...words],
      ...{ folder: home, environment, isPinned: false },
    });
  await sprintlab(DATA);
  const before = await childSeconds();
  await sprintlab(['run', DEMO, '--workers', '2']);
  const seconds = (await childSeconds()) - before;
  await rm(home, { recursive: true });
  return seconds;
}

/** Of all children of this process that have ended, and of theirs, in seconds (proc(5): hundredths of a second). */
async function childSeconds() {
  const text = await readFile('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}
