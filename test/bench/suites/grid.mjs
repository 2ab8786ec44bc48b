import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBuilt, SPRINTLAB } from '../built.mjs';
import { figureOf } from '../pairing.mjs';
import { runTimed } from '../timed-process.mjs';

const WORKERS = 2;
const PLANTED = ['--sessions', '400', '--items', '120', '--intents', '6', '--test-sessions', '150', '--seed', '3'];

/** Two selections, three enrichments, four sizes of the pool, four seeds: 96 trials. */
function manifestOf(quick) {
  return `sprintlab: 1
name: grid
question: What does sharing stages save?
dataset: planted
protocol: {sessions: given, split: given, cutoffs: [20]}
settings: {method: sprint, backbone: {dimension: 16, layers: 1}, warmUp: {epochs: 3}, training: {epochs: 5}, selection: {ratio: 0.5}, intents: {initial: 8}, enrichment: {start: 1, ramp: 1}}
axes:
  selection.strategy: [random, uncertainty]
  enrichment.strategy: [none, self, neighbour]
  intents.cap: ${quick ? '[10, 40]' : '[10, 20, 40, 80]'}
seeds: {train: ${quick ? 2 : 4}, profile: 1}
`;
}

/** What trials that share their stages save, against a runner for which each trial is a program of its own. */
export async function measureGrid({ folder, quick, tell }) {
  const home = await mkdtemp(join(folder, 'home-'));
  const sprintlab = (words) => {
    const command = [process.execPath, SPRINTLAB, ...words];
    return runTimed({
      name: 'sprintlab',
      command,
      folder: home,
      environment: { SPRINTLAB_HOME: home },
      isPinned: false,
    });
  };
  await sprintlab(['datasets', 'generate', 'planted', '--name', 'planted', ...PLANTED]);
  await writeFile(join(home, 'grid.yaml'), manifestOf(quick));
  tell(`the grid with ${WORKERS} workers`);
  const { seconds } = await sprintlab(['run', 'grid.yaml', '--workers', String(WORKERS)]);
  const { trials, stages, workSeconds } = await accountOf(home);
  await rm(home, { recursive: true });
  const peer = 'every trial runs all its stages';
  return {
    figures: [
      figureOf({ measure: `stages of ${trials} trials`, unit: '', peer }, [[stages.distinct, stages.total]]),
      figureOf({ measure: `wall-clock, ${WORKERS} workers`, unit: 's', peer }, [[seconds, workSeconds / WORKERS]]),
    ],
    notes: [
      `The peer's time is the sum of what each trial's stages took here, over ${WORKERS}: without starts of processes or waiting, which this side has.`,
    ],
  };
}

async function accountOf(home) {
  const [{ openApplication }, { readConfig }] = await Promise.all(
    ['apps/application.js', 'platform/config/config.js'].map(loadBuilt),
  );
  const application = await openApplication(readConfig({ SPRINTLAB_HOME: home }, home), home);
  const trials = await application.trials.list();
  const failed = trials.filter(({ status }) => status !== 'succeeded');
  if (failed.length > 0) throw new Error(`${failed.length} of ${trials.length} trials did not succeed.`);
  const keys = trials.flatMap(({ stages }) => stages);
  const executions = await application.stages.executionsOf([...new Set(keys)]);
  const took = new Map(executions.flatMap(({ stage, usage }) => (usage === null ? [] : [[stage, usage.seconds]])));
  await application.close();
  return {
    trials: trials.length,
    stages: { total: keys.length, distinct: took.size },
    workSeconds: keys.reduce((sum, key) => sum + took.get(key), 0),
  };
}
