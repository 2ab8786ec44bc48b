import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadBuilt, SPRINTLAB } from '../built.mjs';
import { figureOf, spreadOf, takeTurns } from '../pairing.mjs';
import { runTimed } from '../timed-process.mjs';

const STAGES = 20;
/** One stage of sessions, then ten arms of two stages each: twenty intervals from one claim to the next. */
const MANIFEST = `sprintlab: 1
name: tiny
question: What does a stage cost beyond its own work?
dataset: tiny
protocol: {sessions: history, split: leave-one-out, minItemCount: 1}
settings: {method: item-knn}
axes:
  itemKnn.neighbours: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
`;

/** What claiming, starting and storing a stage costs, against the least that any process costs. */
export async function measureStage({ folder, rounds, tell }) {
  tell(`${STAGES} tiny stages with one worker`);
  const answers = await takeTurns([() => medianOverhead(folder), () => medianOfBareProcess(folder)], {
    rounds,
    warmUps: 1,
  });
  const measure = 'a stage beyond its own work, claim to claim (median of 20)';
  const figure = figureOf(
    { measure, unit: 'ms', peer: "node -e ''" },
    answers.map(([left, right]) => [left * 1000, right * 1000]),
  );
  return { figures: [figure], notes: [] };
}

async function medianOverhead(folder) {
  const home = await mkdtemp(join(folder, 'home-'));
  const sprintlab = (words) =>
    runTimed({
      name: 'sprintlab',
      command: [process.execPath, SPRINTLAB, ...words],
      folder: home,
      environment: { SPRINTLAB_HOME: home },
    });
  await sprintlab(['datasets', 'generate', 'random', '--name', 'tiny', '--users', '50', '--items', '30']);
  await writeFile(join(home, 'tiny.yaml'), MANIFEST);
  await sprintlab(['run', 'tiny.yaml', '--workers', '1']);
  const overheads = await overheadsIn(home);
  await rm(home, { recursive: true });
  return spreadOf(overheads).median;
}

/** Seconds from each claim to the next, less those of the stage's own process. */
async function overheadsIn(home) {
  const [{ openApplication }, { readConfig }] = await Promise.all(
    ['apps/application.js', 'platform/config/config.js'].map(loadBuilt),
  );
  const { stages, database } = await openApplication(readConfig({ SPRINTLAB_HOME: home }, home), home);
  const keys = (await stages.list()).map(({ key }) => key);
  const executions = (await stages.executionsOf(keys)).toSorted((left, right) => left.claimedAt - right.claimedAt);
  await database.close();
  return executions
    .slice(0, -1)
    .map(({ claimedAt, usage }, at) => (executions[at + 1].claimedAt - claimedAt) / 1000 - usage.seconds);
}

async function medianOfBareProcess(folder) {
  const seconds = [];
  for (let time = 0; time < STAGES; time++)
    seconds.push((await runTimed({ name: 'node', command: [process.execPath, '-e', ''], folder })).seconds);
  return spreadOf(seconds).median;
}
