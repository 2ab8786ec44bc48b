import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChromium } from '../test/support/chromium.mjs';
import { makeFailedHome } from './screens/failed-home.mjs';

/**
 * Photographs every screen, light and dark, into `docs/screens/`, from the home that `SPRINTLAB_HOME` names (the demo's,
 * where it names none), and a trial that failed from a home of its own. `npm run screens -- experiment` takes only screens
 * with that word in their name.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/screens');
const PROGRAM = join(root, 'dist/apps/cli/main.js');
const DESK = { width: 1280, height: 860 };
const FAILED = 'trial-failed';
const PHONE = { width: 390, height: 844 };
const wanted = process.argv.slice(2);
/** For answers and drawings to arrive. */
const PAUSE_MS = 1000;

const browser = await startChromium();
try {
  if (browser === null) throw new Error('Screens need Chromium: install the package `chromium`.');
  if (wanted.length === 0) rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await takeServed(process.env, screensOf);
  if (isWanted(FAILED)) await takeFailed();
} finally {
  await browser?.close();
}

function isWanted(name) {
  return wanted.length === 0 || wanted.some((word) => name.includes(word));
}

async function takeFailed() {
  const home = await makeFailedHome(PROGRAM);
  try {
    await takeServed({ ...process.env, SPRINTLAB_HOME: home }, async (url) => {
      const { items } = await answerOf(url, '/trials?limit=1');
      return [{ name: FAILED, path: `/trials/${items[0].id}` }];
    });
  } finally {
    rmSync(home, { recursive: true });
  }
}

async function takeServed(env, screensOf) {
  const server = await startServer(env);
  try {
    await takeAll(server.url, await screensOf(server.url));
  } finally {
    server.process.kill('SIGTERM');
    await once(server.process, 'exit');
  }
}

async function takeAll(url, screens) {
  for (const colorScheme of ['light', 'dark']) {
    const desk = await browser.newContext({ viewport: DESK, colorScheme, reducedMotion: 'reduce' });
    const phone = await browser.newContext({ viewport: PHONE, colorScheme, reducedMotion: 'reduce', isMobile: true });
    for (const screen of screens) {
      if (!isWanted(screen.name)) continue;
      const shown = { ...screen, address: url + screen.path };
      await take(desk, shown, `${screen.name}-${colorScheme}.png`);
      if (screen.isOnPhone && colorScheme === 'light') await take(phone, shown, `${screen.name}-phone.png`);
    }
    await desk.close();
    await phone.close();
  }
}

async function take(context, { address, prepare }, file) {
  const page = await context.newPage();
  await page.goto(address);
  await page.locator('h1').first().waitFor();
  await page.waitForTimeout(PAUSE_MS);
  await prepare?.(page);
  await page.screenshot({ path: join(folder, file), animations: 'disabled' });
  await page.close();
  console.log(`docs/screens/${file}`);
}

/** What the addresses of this home need: its largest experiment, a trial that profiled, a call, three items. */
async function contentsOf(url) {
  const get = (path) => answerOf(url, path);
  const experiments = (await get('/experiments?limit=50')).items;
  const { name } = experiments.toSorted((one, other) => other.progress.trials - one.progress.trials)[0];
  const board = await get(`/experiments/${name}/board`);
  const profiled = (await get('/profilings?limit=1')).items[0]?.trial;
  const calls = (await get('/calls?limit=1')).items;
  const dataset = board.arms[0].dataset;
  const items = (await get(`/datasets/${dataset}/items?limit=3`)).items.map(({ id }) => id);
  const arms = [board.baseline, ...board.arms.map((arm) => arm.name).filter((arm) => arm !== board.baseline)].slice(
    0,
    4,
  );
  const compare = `/experiments/${name}/compare?arms=${encodeURIComponent(JSON.stringify(arms))}`;
  return { name, compare, profiled, call: calls[0]?.call, dataset, items };
}

/** Names and addresses of all screens. */
async function screensOf(url) {
  const { name, compare, profiled, call, dataset, items } = await contentsOf(url);
  const phone = { isOnPhone: true };
  return [
    { name: 'experiments', path: '/experiments', ...phone },
    { name: 'experiment', path: `/experiments/${name}`, ...phone },
    ...['difference', 'pivot', 'cost', 'stages', 'trials', 'events', 'manifest'].map((tab) => ({
      name: `experiment-${tab}`,
      path: `/experiments/${name}?tab=${tab}`,
    })),
    { name: 'compare', path: compare },
    ...['curves', 'settings', 'flips'].map((tab) => ({ name: `compare-${tab}`, path: `${compare}&tab=${tab}` })),
    { name: 'trials', path: '/trials' },
    { name: 'trial', path: `/trials/${profiled}`, ...phone },
    ...['curves', 'settings', 'stages', 'files', 'log'].map((tab) => ({
      name: `trial-${tab}`,
      path: `/trials/${profiled}?tab=${tab}`,
    })),
    { name: 'profilings', path: '/profilings' },
    { name: 'profiling', path: `/profilings/${profiled}`, ...phone },
    { name: 'pools', path: '/pools' },
    { name: 'pool', path: `/pools/${profiled}` },
    { name: 'submit', path: '/submit?template=demo', prepare: (page) => page.waitForTimeout(1200), ...phone },
    { name: 'playground', path: `/playground?items=${encodeURIComponent(JSON.stringify(items))}` },
    { name: 'queue', path: '/queue' },
    { name: 'datasets', path: '/datasets' },
    { name: 'dataset', path: `/datasets/${dataset}` },
    { name: 'calls', path: '/calls' },
    { name: 'call', path: `/calls/${call}` },
    { name: 'settings', path: '/settings' },
    { name: 'login', path: '/login' },
    { name: 'palette', path: '/experiments', prepare: openPalette },
    { name: 'filter-mistake', path: `/trials?filter=${encodeURIComponent('status = failed AND metrics.hr@20 >')}` },
    { name: 'missing', path: '/experiments/no-such-experiment' },
  ];
}

async function answerOf(url, path) {
  return (await fetch(`${url}/api/v1${path}`)).json();
}

async function openPalette(page) {
  await page.keyboard.press('Control+k');
  await page.waitForTimeout(400);
}

function startServer(env) {
  const child = spawn(process.execPath, [PROGRAM, 'serve', '--port', '0', '--workers', '0', '--json'], {
    cwd: root,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('The server did not start; what it said is above.')));
    child.stdout.once('data', (line) => resolve({ process: child, url: JSON.parse(String(line)).url }));
  });
}
