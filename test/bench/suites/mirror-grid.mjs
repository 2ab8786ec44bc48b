import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMlflow } from '../../support/mlflow-server.mjs';
import { SPRINTLAB } from '../built.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { runTimed } from '../timed-process.mjs';

const DEMO = fileURLToPath(new URL('../../../experiments/demo.yaml', import.meta.url));
const DATA = ['datasets', 'generate', 'planted', '--preset', 'planted-demo', '--name', 'planted-demo'];

/** How long the server answers before it is killed, in milliseconds; it takes some seconds to start. */
const ALIVE_MS = 1_000;

/**
 * What it costs the processes of the demo's grid that MLflow is told of it: one that is there, and one that is killed again
 * and again. Those of MLflow itself do not count; the peer is a grid that tells nobody while the same becomes of MLflow, whose
 * starts take the core from both.
 */
export async function measureMirrorGrid({ folder, rounds, quick, tell }) {
  tell('starting MLflow');
  const server = await startMlflow();
  const kills = [];
  const killed = (url) => async () => {
    const grid = new AbortController();
    const killing = killAgainAndAgain(server, grid.signal);
    const seconds = await secondsOfGrid(folder, url);
    grid.abort();
    kills.push(await killing);
    return seconds;
  };
  const calm = (url) => () => secondsOfGrid(folder, url);
  try {
    tell('the grid of the demo, with MLflow and without, and both while MLflow is killed again and again');
    const sides = [calm(server.url), calm(''), killed(server.url), killed('')];
    const answers = await takeTurns(sides, { rounds: quick ? 1 : rounds, warmUps: 0 });
    const figure = (whose, at) =>
      figureOf(
        {
          measure: `CPU time of the grid of the demo, 2 workers, ${whose}`,
          unit: 's',
          peer: 'the same without telling',
        },
        answers.map((row) => [row[at], row[at + 1]]),
      );
    return {
      figures: [figure('with MLflow', 0), figure('with one that is killed', 2)],
      notes: [`MLflow was killed ${kills.join(', ')} times during a grid.`],
    };
  } finally {
    await server.stop();
  }
}

/** @returns how often, once `signal` has ended it and the server is there again */
async function killAgainAndAgain(server, signal) {
  for (let kills = 0; ; kills += 1) {
    await pause(ALIVE_MS, undefined, { signal }).catch(() => undefined);
    if (signal.aborted) return kills;
    await server.startAgain();
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
