import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { loadBuilt } from '../built.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { callOf, CALLS_STAGE } from '../sides/calls-stage.mjs';

const MANIFEST = `sprintlab: 1
name: calls
question: How fast are calls kept?
dataset: none
protocol: {sessions: history, split: leave-one-out}
settings: {method: popularity}
`;

/**
 * An LLM call on its whole way, from the process of a stage through its worker into the rows and back, the model answering at
 * once; against the least that the data base itself needs for the same rows.
 */
export async function measureCalls({ folder, rounds, quick, tell }) {
  const questions = quick ? 1_600 : 16_000;
  const figures = [];
  for (const atOnce of [16, 64]) {
    tell(`${questions} calls, ${atOnce} at the same time`);
    const sides = [
      () => secondsOfWay(folder, { questions, atOnce }),
      () => secondsOfRows(folder, { questions, atOnce }),
    ];
    const answers = await takeTurns(sides, { rounds, warmUps: 1 });
    const measure = `an LLM call kept before its answer is used, ${atOnce} at the same time`;
    figures.push(
      figureOf(
        { measure, unit: 'µs', peer: `bare libsql, ${atOnce} a transaction` },
        answers.map(([left, right]) => [(left / questions) * 1e6, (right / questions) * 1e6]),
      ),
    );
  }
  return {
    figures,
    notes: figures.map((figure) => `${Math.round(1e6 / figure.sprintlab.median)} calls/s: ${figure.measure}`),
  };
}

async function secondsOfWay(folder, parameters) {
  const home = await mkdtemp(join(folder, 'home-'));
  const [{ openApplication }, { readConfig }, { StageWorker }] = await Promise.all(
    ['apps/application.js', 'platform/config/config.js', 'features/workers/stage-worker.js'].map(loadBuilt),
  );
  const application = await openApplication(readConfig({ SPRINTLAB_HOME: home }, home), home);
  const { submission } = await application.submissions.submit(await planOf(parameters));
  const codeVersions = { 'profiling-batch': '0'.repeat(64) };
  const identity = { host: 'bench', pid: process.pid, environment: {}, codeVersions };
  const program = { file: CALLS_STAGE, memoryBytes: 2 ** 31 };
  const worker = new StageWorker({ ...application, identity, program });
  const { signal } = new AbortController();
  const [isOver, afterEach] = [async () => true, async () => undefined];
  const work = { submission: submission.id, slots: 1, signal, onNews: () => undefined, isOver, afterEach };
  await worker.work(work);
  const keys = (await application.stages.list()).map(({ key }) => key);
  const [{ value: seconds }] = await application.stages.metricsOf(keys);
  const { calls } = (await application.calls.costOf(keys)).get(keys[0]);
  if (calls !== parameters.questions) throw new Error(`${calls} of ${parameters.questions} calls were kept.`);
  await application.close();
  await rm(home, { recursive: true });
  return seconds;
}

async function planOf(parameters) {
  const { parseManifest } = await loadBuilt('features/experiments/domain/parse-manifest.js');
  const { manifest } = parseManifest({ file: 'calls.yaml', text: MANIFEST }, { readBase: () => null });
  const key = createHash('sha256').update(JSON.stringify(parameters)).digest('hex');
  const stage = { key, kind: 'profiling-batch', codeVersion: '0'.repeat(64), parameters, inputs: {} };
  const trial = { arm: 'calls', dataset: 'none', settings: {}, protocol: {}, seeds: { train: null, profile: null } };
  return { manifest, source: MANIFEST, trials: [{ trial, stages: [stage] }] };
}

const TABLES = `
  CREATE TABLE calls (hash varchar PRIMARY KEY, model varchar, messages text, answer text, tokens integer, at bigint);
  CREATE TABLE stage_calls (stage_key varchar, purpose varchar, step varchar, session integer, attempt integer,
    variant varchar, call_hash varchar REFERENCES calls, outcome varchar,
    PRIMARY KEY (stage_key, purpose, step, session, attempt, variant));
  CREATE INDEX stage_calls_by_call ON stage_calls (call_hash);`;

async function secondsOfRows(folder, { questions, atOnce }) {
  const place = await mkdtemp(join(folder, 'rows-'));
  const Libsql = createRequire(import.meta.url)('libsql');
  const database = new Libsql(join(place, 'rows.db'));
  for (const setting of ['journal_mode = WAL', 'synchronous = FULL', 'foreign_keys = ON']) database.pragma(setting);
  database.exec(TABLES);
  const insertCall = database.prepare('INSERT INTO calls VALUES (?, ?, ?, ?, ?, ?)');
  const insertUse = database.prepare('INSERT INTO stage_calls VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const stage = '0'.repeat(64);
  const startedAt = performance.now();
  for (let start = 0; start < questions; start += atOnce) {
    database.exec('BEGIN IMMEDIATE');
    for (let session = start; session < Math.min(questions, start + atOnce); session++) {
      const { messages, text } = callOf(session);
      const asked = JSON.stringify(messages);
      const hash = createHash('sha256').update(asked).digest('hex');
      insertCall.run(hash, 'simulated', asked, text, 320, session);
      insertUse.run(stage, 'profiling', 'IDENTIFY', session, 1, 'asked', hash, 'used');
    }
    database.exec('COMMIT');
  }
  const seconds = (performance.now() - startedAt) / 1000;
  database.close();
  await rm(place, { recursive: true });
  return seconds;
}
