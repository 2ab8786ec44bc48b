import { createHash } from 'node:crypto';
import { loadBuilt } from '../built.mjs';

/** An experiment of the size that the views must bear: planned as any other, its results made up. */
const MANIFEST = `sprintlab: 1
name: large
question: Which of four hundred arms is best, and what does each cost?
dataset: toy
protocol: {sessions: history, split: leave-one-out, cutoffs: [5, 10, 20]}
settings: {method: sprint}
axes:
  selection.strategy: [random, uncertainty]
  selection.ratio: [0.05, 0.1, 0.2, 0.3, 0.5]
  enrichment.strategy: [none, self, neighbour, labelled-only]
  intents.cap: [10, 20, 40, 70, 100]
  loss.intent: [0.1, 0.5]
arms: [{name: backbone, method: backbone}]
seeds: {train: 5}
report: {primary: hr@20, baseline: backbone}
`;
const EPOCHS = 60;
const CURVES = ['loss', 'intentLoss', 'enrichmentLoss', 'gradientNorm', 'learningRate'].map((name) => ['train', name]);
const RESULTS = ['hr@5', 'hr@10', 'hr@20', 'ndcg@5', 'ndcg@10', 'ndcg@20', 'mrr@20'];
const METRICS = [...CURVES, ...RESULTS.map((name) => ['valid', name])];
const STEPS = ['IDENTIFY', 'PREDICT', 'CORRECT'];

const hashOf = (word) => createHash('sha256').update(word).digest('hex');
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));
/** The same for one word always, from 0 to 1. */
const chanceOf = (word) => Number.parseInt(hashOf(word).slice(0, 8), 16) / 2 ** 32;

/** @param calls how many LLM calls @param part of the 400 arms, for a quick look */
export async function seedHome(environment, { calls, isQuick }) {
  const load = (path, name) => loadBuilt(path).then((module) => module[name]);
  const [openApplication, readConfig, insertAll] = await Promise.all([
    load('apps/application.js', 'openApplication'),
    load('platform/config/config.js', 'readConfig'),
    load('platform/database/in-batches.js', 'insertAll'),
  ]);
  const home = environment.SPRINTLAB_HOME;
  const application = await openApplication(readConfig(environment, home), home);
  const text = isQuick ? MANIFEST.replace('[10, 20, 40, 70, 100]', '[10]') : MANIFEST;
  const plan = await application.planning.plan({ file: 'large.yaml', text });
  const { submission } = await application.submissions.submit(plan);
  const { database } = application;
  const at = new Date('2026-01-01T00:00:00Z');
  await database.transaction(async (rows) => {
    await rows.query(`UPDATE stages SET status = 'succeeded', token = 1, ended_at = ${at.getTime() + 60_000}`);
    await rows.query(`UPDATE submissions SET state = 'finished', ended_at = ${at.getTime() + 60_000}`);
    await rows.query(`UPDATE demands SET state = 'closed'`);
  });
  await makeUpResults(application, { insertAll, calls, at });
  const trials = await application.trials.list();
  await application.close();
  return { submission: submission.id, trials: trials.map(({ id }) => id) };
}

async function makeUpResults({ database, stages: known }, { insertAll, calls, at }) {
  const stages = [...(await known.list())];
  await database.transaction((rows) =>
    insertAll(
      rows,
      'execution',
      stages.map(({ key }) => executionOf(key, at)),
    ),
  );
  for (const stage of stages) {
    const metrics = metricsOf(stage);
    if (metrics.length > 0) await database.transaction((rows) => insertAll(rows, 'metric', metrics));
  }
  const asking = stages.filter(({ kind }) => kind === 'profiling-batch');
  for (let first = 0; first < calls; first += 5_000) {
    const made = times(Math.min(5_000, calls - first), (index) => callOf(first + index, asking, at));
    await database.transaction(async (rows) => {
      await insertAll(
        rows,
        'call',
        made.map(({ call }) => call),
      );
      await insertAll(
        rows,
        'stage-call',
        made.map(({ use }) => use),
      );
    });
  }
}

function executionOf(key, at) {
  const usage = JSON.stringify({ seconds: 1 + 9 * chanceOf(key), cpuSeconds: 1.4, peakMemoryBytes: 2e8 });
  const ended = { status: 'succeeded', leaseUntil: at, claimedAt: at, endedAt: at, error: null, usage };
  return { id: `execution-${key}`, stageKey: key, token: 1, host: 'here', pid: 1, environment: '{}', ...ended };
}

function metricsOf({ key, kind }) {
  const point = (split, name, step, value) => ({ stageKey: key, split, name, step, value });
  if (kind === 'evaluation')
    return RESULTS.map((name) => point('test', name, 0, 0.2 + 0.2 * chanceOf(`${key} ${name}`)));
  if (kind !== 'training') return [];
  return times(EPOCHS, (epoch) =>
    METRICS.map(([split, name]) => point(split, name, epoch + 1, chanceOf(`${key} ${name}`) * (1 + epoch / EPOCHS))),
  ).flat();
}

function callOf(index, stages, at) {
  const { key } = stages[index % stages.length];
  const messages = JSON.stringify([{ role: 'user', content: 'a prompt of usual length '.repeat(100) }]);
  const hash = hashOf(`call ${index}`);
  const subject = { purpose: 'profiling', step: STEPS[index % 3], session: Math.floor(index / 3), attempt: 1 };
  return {
    call: {
      ...{ hash, scope: '', paidBy: key, model: 'simulated', parameters: '{}', messages, temperature: 0.2 },
      ...{ maxTokens: 100, sample: 1, answer: '"an answer"', finish: 'stop', promptTokens: 700, completionTokens: 20 },
      ...{ usd: 0, latencyMs: 1, answeredAt: new Date(at.getTime() + index) },
    },
    use: { stageKey: key, ...subject, variant: 'asked', callHash: hash, reused: index % 7 === 0, outcome: 'right' },
  };
}
