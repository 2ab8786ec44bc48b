import { createHash } from 'node:crypto';
import { loadBuilt } from '../built.mjs';

const TRIALS_AN_EXPERIMENT = 100;
const KINDS = ['sessions', 'warm-up', 'uncertainty', 'selection', 'training', 'evaluation'];
const EPOCHS = 20;
const METRICS = ['hr@5', 'hr@10', 'hr@20', 'ndcg@5', 'ndcg@10', 'ndcg@20', 'mrr@20'];
const CALLS_A_TRIAL = 4;

const hashOf = (word) => createHash('sha256').update(word).digest('hex');
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/**
 * Fills a home with so many finished trials, each of six stages of its own, with executions, metrics of each epoch, events and
 * LLM calls: the rows that years of work leave, without the work.
 */
export async function fillHome(home, trials) {
  const load = (path, name) => loadBuilt(path).then((module) => module[name]);
  const [openApplication, readConfig, insertAll] = await Promise.all([
    load('apps/application.js', 'openApplication'),
    load('platform/config/config.js', 'readConfig'),
    load('platform/database/in-batches.js', 'insertAll'),
  ]);
  const application = await openApplication(readConfig({ SPRINTLAB_HOME: home }, home), home);
  const codeVersions = application.identity.codeVersions;
  for (let first = 0; first < trials; first += TRIALS_AN_EXPERIMENT) {
    const numbers = times(Math.min(TRIALS_AN_EXPERIMENT, trials - first), (index) => first + index);
    await application.database.transaction(async (rows) => {
      for (const [entity, values] of Object.entries(rowsOf(first, numbers, codeVersions)))
        await insertAll(rows, entity, values);
    });
  }
  await application.close();
}

/** By entity, those that others refer to first. */
function rowsOf(first, numbers, codeVersions) {
  const at = new Date('2026-01-01T00:00:00Z');
  const experiment = `experiment-${first}`;
  const [revisionId, submissionId] = [`revision-${first}`, `submission-${first}`];
  const stages = numbers.flatMap((number) => stagesOf(number, codeVersions, at));
  const trialOf = (number) => `trial-${number}`;
  return {
    experiment: [{ name: experiment, createdAt: at }],
    revision: [{ id: revisionId, experiment, number: 1, manifest: '{}', source: '', createdAt: at }],
    submission: [
      { id: submissionId, revisionId, state: 'finished', reason: null, activeSince: at, createdAt: at, endedAt: at },
    ],
    demand: [{ submissionId, state: 'closed', urgency: 0, concurrency: null }],
    stage: stages.map(({ row }) => row),
    'stage-input': stages
      .filter(({ place }) => place > 0)
      .map(({ key, trial, place }) => ({ stageKey: key, sourceKey: keyOf(trial, place - 1) })),
    'submission-stage': stages.map(({ key }, priority) => ({ submissionId, stageKey: key, priority, held: null })),
    trial: numbers.map((number, position) => ({
      ...{ id: trialOf(number), revisionId, position, arm: `arm ${number}`, dataset: 'toy', trainSeed: number },
      ...{ profileSeed: null, settings: '{}', protocol: '{}' },
    })),
    'trial-stage': stages.map(({ key, trial, place }) => ({ trialId: trialOf(trial), stageKey: key, position: place })),
    execution: stages.map(({ key }) => executionOf(key, at)),
    metric: stages.flatMap(metricsOf),
    event: stages.flatMap(({ key }, index) => eventsOf(first * KINDS.length + index, key, at)),
    call: numbers.flatMap((number) => times(CALLS_A_TRIAL, (call) => callOf(number, call, at))),
  };
}

const keyOf = (trial, place) => hashOf(`stage ${trial} ${place}`);

function stagesOf(trial, codeVersions, at) {
  return KINDS.map((kind, place) => ({
    ...{ trial, place, key: keyOf(trial, place), kind },
    row: {
      ...{ key: keyOf(trial, place), kind, codeVersion: codeVersions[kind] },
      ...{ parameters: JSON.stringify({ method: 'sprint', trial, text: 'x'.repeat(400) }), inputs: '{}' },
      ...{ status: 'succeeded', token: 1, failures: 0, notBefore: null, urgency: 0, position: place },
      ...{ createdAt: at, endedAt: at },
    },
  }));
}

function executionOf(key, at) {
  const usage = JSON.stringify({ seconds: 1.5, cpuSeconds: 1.4, peakMemoryBytes: 2e8 });
  const ended = { status: 'succeeded', leaseUntil: at, claimedAt: at, endedAt: at, error: null, usage };
  return { id: `execution-${key}`, stageKey: key, token: 1, host: 'here', pid: 1, environment: '{}', ...ended };
}

function metricsOf({ key, kind }) {
  const steps = kind === 'training' ? EPOCHS : kind === 'evaluation' ? 1 : 0;
  const split = kind === 'training' ? 'validation' : 'test';
  return times(steps, (step) => METRICS.map((name) => ({ stageKey: key, split, name, step, value: 0.1 }))).flat();
}

function eventsOf(index, key, at) {
  return ['started', 'succeeded'].map((kind, which) => {
    const number = index * 2 + which + 1;
    const [previousHash, hash] = [hashOf(`event ${number - 1}`), hashOf(`event ${number}`)];
    return { number, at, kind, subjectKind: 'stage', subjectId: key, payload: '{}', previousHash, hash };
  });
}

function callOf(trial, call, at) {
  const text = JSON.stringify('a prompt of usual length '.repeat(60));
  return {
    ...{ hash: hashOf(`call ${trial} ${call}`), scope: '', paidBy: keyOf(trial, 3), model: 'simulated' },
    ...{ parameters: '{}', messages: text, temperature: 0, maxTokens: 100, sample: 0, answer: text, finish: 'stop' },
    ...{ promptTokens: 400, completionTokens: 20, usd: 0, latencyMs: 1, answeredAt: at },
  };
}
