import { createHash } from 'node:crypto';
import { loadBuilt } from '../built.mjs';

const MANIFEST = (name) => `sprintlab: 1
name: ${name}
question: How fast is MLflow told?
dataset: none
protocol: {sessions: history, split: leave-one-out}
settings: {method: popularity}
`;
const METRICS = ['loss', 'loss.rec', 'ndcg@20', 'hr@20', 'mrr@20', 'loss.intent', 'loss.enrichment', 'entropy'];
const CALLS_A_SESSION = 4;
const PROMPT = 'An item with a title of some words [Category]\n'.repeat(20);

const hashOf = (word) => createHash('sha256').update(word).digest('hex');
const times = (count, make) => Array.from({ length: count }, (_, index) => make(index));

/** Opens a home whose MLflow is at `url`. */
export async function openHome(home, url) {
  const [{ openApplication }, { readConfig }] = await Promise.all(
    ['apps/application.js', 'platform/config/config.js'].map(loadBuilt),
  );
  return openApplication(readConfig({ SPRINTLAB_HOME: home, MLFLOW_TRACKING_URI: url }, home), home);
}

/** Trainings of so many epochs, or a profiling of so many sessions, as rows: submitted for real, their results written. */
export async function fillMirrored({ database, submissions, clock, events }, { name, trials, epochs, sessions }) {
  const { parseManifest } = await loadBuilt('features/experiments/domain/parse-manifest.js');
  const { insertAll } = await loadBuilt('platform/database/in-batches.js');
  const { manifest } = parseManifest({ file: 'bench.yaml', text: MANIFEST(name) }, { readBase: () => null });
  const kind = sessions === undefined ? 'training' : 'profiling-batch';
  const stages = times(trials, (trial) => stageOf(name, kind, trial));
  const seeds = { train: null, profile: null };
  const trial = (at) => ({ arm: `arm ${at}`, dataset: 'none', settings: {}, protocol: {}, seeds });
  const plans = stages.map((stage, at) => ({ trial: trial(at), stages: [stage] }));
  await submissions.submit({ manifest, source: MANIFEST(name), trials: plans });
  const keys = stages.map(({ key }) => key);
  await database.transaction(async (rows) => {
    const told = keys.flatMap((id) => times(epochs ?? 0, (at) => draft('epoch', id, { epoch: at + 1 })));
    await events.append(rows, [...told, ...keys.map((id) => draft('succeeded', id, { kind }))]);
    await insertAll(
      rows,
      'metric',
      keys.flatMap((key) => metricsOf(key, epochs ?? 0)),
    );
    for (const [entity, values] of Object.entries(callsOf(keys, sessions ?? 0, clock.now())))
      await insertAll(rows, entity, values);
    await rows.query(`UPDATE stages SET status = 'succeeded', ended_at = ${clock.now().getTime()}`);
    await rows.query(`UPDATE submissions SET state = 'finished', ended_at = ${clock.now().getTime()}`);
  });
  return { points: trials * (epochs ?? 0) * METRICS.length, spans: trials * (sessions ?? 0) * (CALLS_A_SESSION + 1) };
}

/** So many events that no run shows, after those that are there. */
export async function fillWithEvents({ database }, count) {
  const { insertAll } = await loadBuilt('platform/database/in-batches.js');
  const at = new Date();
  for (let from = 0; from < count; from += 50_000) {
    const values = times(Math.min(50_000, count - from), (index) => {
      const subject = { subjectKind: 'stage', subjectId: hashOf(`nobody ${from + index}`) };
      const place = { number: from + index + 1, previousHash: '', hash: '' };
      return { ...place, ...subject, at, kind: 'epoch', payload: '{"epoch":1}' };
    });
    await database.transaction((rows) => insertAll(rows, 'event', values));
  }
}

function stageOf(name, kind, trial) {
  const parameters = { trial, name, from: 0, to: 64 };
  return { key: hashOf(JSON.stringify(parameters)), kind, codeVersion: '0'.repeat(64), parameters, inputs: {} };
}

function draft(kind, id, payload) {
  return { kind, subject: { kind: 'stage', id }, payload };
}

function metricsOf(stageKey, epochs) {
  return times(epochs, (at) =>
    METRICS.map((name, which) => ({ stageKey, split: 'valid', name, step: at + 1, value: at / (which + 1) })),
  ).flat();
}

function callsOf(keys, sessions, answeredAt) {
  const uses = keys.flatMap((stageKey) =>
    times(sessions, (session) => times(CALLS_A_SESSION, (step) => ({ stageKey, session, step }))).flat(),
  );
  const hash = ({ stageKey, session, step }) => hashOf(`${stageKey} ${session} ${step}`);
  return {
    call: uses.map((use) => ({
      ...{
        hash: hash(use),
        scope: '',
        paidBy: use.stageKey,
        model: 'simulated',
        parameters: '{}',
        temperature: 0,
        maxTokens: 256,
        sample: 1,
      },
      ...{ messages: JSON.stringify([{ role: 'user', content: PROMPT }]), answer: '"{}"', finish: 'stop' },
      ...{ promptTokens: 300, completionTokens: 20, usd: 0, latencyMs: 1, answeredAt },
    })),
    'stage-call': uses.map((use) => ({
      ...{
        stageKey: use.stageKey,
        purpose: 'profiling',
        step: 'IDENTIFY',
        session: use.session,
        attempt: use.step + 1,
      },
      ...{ variant: 'asked', callHash: hash(use), reused: false, outcome: 'used' },
    })),
  };
}
