import { spawn } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SPRINTLAB } from '../built.mjs';
import { SideFailedError } from '../conversation.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { fillHome } from '../sides/finished-home.mjs';

const TRIALS = 10_000;

/** How soon a server is there again, and what a look at its metrics costs, with much behind it and with nothing. */
export async function measureRestart({ folder, rounds, quick, tell }) {
  const trials = quick ? TRIALS / 10 : TRIALS;
  const [full, empty] = ['full', 'empty'].map((name) => join(folder, name));
  tell(`filling a home with ${trials} finished trials`);
  await fillHome(full, trials);
  await fillHome(empty, 0);
  const { size } = await stat(join(full, 'sprintlab.db'));
  tell('starting and stopping servers');
  const answers = await takeTurns([() => lifeOf(full), () => lifeOf(empty)], { rounds, warmUps: 1 });
  const figure = (measure, of) => {
    const pairs = answers.map(([left, right]) => [of(left) * 1000, of(right) * 1000]);
    return figureOf({ measure, unit: 'ms', peer: 'an empty home' }, pairs);
  };
  return {
    figures: [
      figure(`start to ready, ${trials} trials`, ({ ready }) => ready),
      figure('metrics, counted anew', ({ scrape }) => scrape),
      figure('metrics, counted a moment ago', ({ again }) => again),
    ],
    notes: [`The data base has ${Math.round(size / 1e6)} MB; start to ready is from the command to /ready = 200.`],
  };
}

/** Seconds of one life of a server. */
async function lifeOf(home) {
  const startedAt = performance.now();
  const words = ['serve', '--port', '0', '--workers', '1', '--json'];
  const server = spawn(process.execPath, [SPRINTLAB, ...words], {
    env: { ...process.env, SPRINTLAB_HOME: home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise((resolve) => server.once('close', resolve));
  const url = await urlOf(server);
  while ((await fetch(`${url}/ready`)).status !== 200) await new Promise((wake) => setTimeout(wake, 5));
  const ready = secondsSince(startedAt);
  const scrape = await secondsOf(() => fetch(`${url}/metrics`).then((response) => response.text()));
  const again = await secondsOf(() => fetch(`${url}/metrics`).then((response) => response.text()));
  server.kill('SIGTERM');
  const code = await ended;
  if (code !== 0) throw new SideFailedError('sprintlab serve', `exit ${code}`, '');
  return { ready, scrape, again };
}

async function urlOf(server) {
  let text = '';
  for await (const chunk of server.stdout) {
    text += chunk;
    if (text.includes('\n')) return JSON.parse(text).url;
  }
  throw new SideFailedError('sprintlab serve', 'ended before it was ready', text);
}

async function secondsOf(work) {
  const startedAt = performance.now();
  await work();
  return secondsSince(startedAt);
}

function secondsSince(startedAt) {
  return (performance.now() - startedAt) / 1000;
}
