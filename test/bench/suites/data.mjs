import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { assertClose } from '../agreement.mjs';
import { loadBuilt, nodeSide, pythonSide, SPRINTLAB } from '../built.mjs';
import { converse } from '../conversation.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { histories, PROTOCOL, sessionsOf, writeManyRows } from '../sample-data.mjs';
import { REPORT_USAGE, runTimed } from '../timed-process.mjs';

const COLUMNS = 'user=user_id,item=item_id,time=timestamp';

/** Import through the command line, as a user starts it, and the sessions stage. */
export async function measureData({ folder, quick, rounds, python, tell }) {
  const rows = quick ? 500_000 : 10_000_000;
  const many = join(folder, 'many.tsv');
  tell(`writing ${rows.toLocaleString('en')} rows`);
  await writeManyRows(many, rows);
  const sample = await histories(folder);
  const withOrder = `${COLUMNS},order=position${sample.items === null ? '' : ',title=title,categories=attributes'}`;
  const items = sample.items === null ? [] : ['--items', sample.items];
  const figures = [
    ...(await measureImport(`import of ${rows.toLocaleString('en')} rows`, {
      files: [many],
      words: ['--interactions', many, '--columns', COLUMNS],
      plan: { rounds, warmUps: 0 },
      ...{ folder, python, tell },
    })),
    ...(await measureImport(`import of ${sample.label}`, {
      files: [sample.interactions, ...items.slice(1)],
      words: ['--interactions', sample.interactions, ...items, '--columns', withOrder, '--no-quotes'],
      plan: { rounds, warmUps: 1 },
      ...{ folder, python, tell },
    })),
    ...(await measureSessions(sample, { folder, rounds, python, tell })),
  ];
  return { figures, notes: [] };
}

async function measureImport(measure, { files, words, plan, folder, python, tell }) {
  tell(measure);
  const peers = [
    { name: 'csv-parse, keeping nothing', command: [process.execPath, '--import', REPORT_USAGE, ...readCsv(files)] },
    ...(python === null ? [] : [{ name: 'pandas', command: [...pythonSide(python, 'read_with_pandas.py'), ...files] }]),
  ];
  const sides = [() => importOnce(words, folder), ...peers.map((peer) => () => runTimed({ ...peer, folder }))];
  const answers = await takeTurns(sides, plan);
  return peers.flatMap(({ name }, at) => [
    figureOf(
      { measure, unit: 's', peer: name },
      answers.map((row) => [row[0].seconds, row[at + 1].seconds]),
    ),
    figureOf(
      { measure: `${measure}: peak memory`, unit: 'MB', peer: name },
      answers.map((row) => [row[0].peakMemoryBytes / 1e6, row[at + 1].peakMemoryBytes / 1e6]),
    ),
  ]);
}

/** In a home of its own, since a data set that is there already would not be written again. */
async function importOnce(words, folder) {
  const home = await mkdtemp(join(folder, 'home-'));
  const command = [process.execPath, '--import', REPORT_USAGE, SPRINTLAB, 'datasets', 'import', 'bench', ...words];
  const answer = await runTimed({ name: 'sprintlab', command, folder, environment: { SPRINTLAB_HOME: home } });
  await rm(home, { recursive: true });
  return answer;
}

function readCsv(files) {
  return [...nodeSide('read-csv.mjs').slice(1), ...files];
}

async function measureSessions(sample, { folder, rounds, python, tell }) {
  if (python === null) return [];
  tell(`sessions of ${sample.label}`);
  const { interactions, ...views } = await sessionsOf(sample, folder);
  const ours = converse({ name: 'sprintlab', command: nodeSide('stages.mjs'), folder });
  const pandas = converse({ name: 'pandas', command: pythonSide(python, 'sessions_with_pandas.py'), folder });
  const answers = await takeTurns(
    [
      () => ours.ask('run', { kind: 'sessions', parameters: PROTOCOL, inputs: { interactions } }),
      () => pandas.ask('run', { interactions, minItemCount: PROTOCOL.minItemCount }),
    ],
    { rounds, warmUps: 1 },
  );
  await Promise.all([ours.end(), pandas.end()]);
  await assertSameSessions(views, answers[0][1].counts);
  return [
    figureOf(
      { measure: `sessions of ${sample.label}`, unit: 's', peer: 'pandas' },
      answers.map(([left, right]) => [left.seconds, right.seconds]),
    ),
  ];
}

async function assertSameSessions(views, counts) {
  const { decodeView } = await loadBuilt('science/sessions/session-view.js');
  for (const [part, file] of Object.entries(views))
    assertClose(`the interactions of ${part}`, decodeView(readFileSync(file)).items.length, counts[part], 0);
}
