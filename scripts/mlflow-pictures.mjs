import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { startMlflow } from '../test/support/mlflow-server.mjs';

/**
 * Takes the pictures of docs/how-to/mlflow.md: runs a small grid with a real MLflow and photographs its own pages with the
 * Chromium of the machine. Needs a build, Python 3.10 to 3.12 and Debian's package `chromium`.
 */
const SPRINTLAB = fileURLToPath(new URL('../dist/apps/cli/main.js', import.meta.url));
const DOCS = fileURLToPath(new URL('../docs/how-to/', import.meta.url));
const PLANTED = ['--sessions', '400', '--items', '120', '--intents', '6', '--test-sessions', '150', '--seed', '3'];
const GRID = `sprintlab: 1
name: uncertainty-vs-random
question: Does profiling uncertain sessions beat profiling random ones at the same LLM budget?
dataset: planted
protocol: {sessions: given, split: given, cutoffs: [20]}
settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 3}, training: {epochs: 12}, selection: {ratio: 0.5}, intents: {initial: 8}, enrichment: {start: 1, ramp: 1}}
axes: {selection.strategy: [random, uncertainty]}
arms: [{name: popularity, method: popularity}]
seeds: {train: 2, profile: 1}
`;
const OPTIONS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-sync',
];
/** How long a page draws after it has its words, in milliseconds. */
const SETTLE_MS = 4_000;
const run = promisify(execFile);

const folder = await mkdtemp(join(tmpdir(), 'sprintlab-pictures-'));
const server = await startMlflow();
try {
  const environment = { ...process.env, SPRINTLAB_HOME: folder, MLFLOW_TRACKING_URI: server.url };
  const sprintlab = (words) => run(process.execPath, [SPRINTLAB, ...words], { env: environment, maxBuffer: 1e8 });
  await writeFile(join(folder, 'grid.yaml'), GRID);
  await sprintlab(['datasets', 'generate', 'planted', '--name', 'planted', ...PLANTED]);
  await sprintlab(['run', join(folder, 'grid.yaml')]);
  await sprintlab(['mlflow', 'sync']);
  await photograph(server.url);
} finally {
  await server.stop();
  await rm(folder, { recursive: true });
}

async function photograph(url) {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: OPTIONS });
  const page = await browser.newPage({ viewport: { width: 1600, height: 720 } });
  const asked = async (path, json) => {
    const options =
      json === undefined
        ? {}
        : { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(json) };
    return (await fetch(url + path, options)).json();
  };
  const { experiment } = await asked('/api/2.0/mlflow/experiments/get-by-name?experiment_name=uncertainty-vs-random');
  const id = experiment.experiment_id;
  await page.goto(`${url}/#/experiments/${id}/runs`);
  await page.getByText('uncertainty-vs-random@1').first().waitFor({ timeout: 120_000 });
  await page.waitForTimeout(SETTLE_MS);
  // The panel of MLflow's assistant, and the children of the submission.
  for (const close of await page.locator('button[aria-label="Close"]').all()) await close.click();
  await page.locator('.ag-row [col-id="attributes.`Run Name`"] button').first().click();
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(DOCS, 'mlflow-runs.png') });
  await page.goto(`${url}/#/experiments/${id}/traces?selectedEvaluationId=${await longestTrace(asked, id)}`);
  await page.getByText('CORRECT', { exact: true }).first().waitFor({ timeout: 120_000 });
  await page.getByText('CORRECT', { exact: true }).first().click({ force: true });
  await page.waitForTimeout(SETTLE_MS);
  await page.screenshot({ path: join(DOCS, 'mlflow-trace.png') });
  await browser.close();
}

/** Of the session about which most was asked. */
async function longestTrace(asked, experiment) {
  const locations = [{ type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } }];
  const { traces } = await asked('/api/3.0/mlflow/traces/search', { locations, max_results: 200 });
  const calls = ({ tags }) => Number(tags['sprintlab.calls']);
  const ofSessions = traces.filter(({ tags }) => tags['sprintlab.session'] !== undefined);
  return ofSessions.sort((one, other) => calls(other) - calls(one))[0].trace_id;
}
