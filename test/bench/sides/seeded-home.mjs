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
const CURVES = ['enrichmentLoss', 'gradientNorm', 'intentLoss', 'learningRate', 'loss'].map((name) => ['train', name]);
const RESULTS = ['hr@10', 'hr@20', 'hr@5', 'mrr@20', 'ndcg@10', 'ndcg@20', 'ndcg@5'];
const METRICS = [...CURVES, ...RESULTS.map((name) => ['valid', name])];
const AT = Date.parse('2026-01-01T00:00:00Z');
const MESSAGES = JSON.stringify([{ role: 'user', content: 'a prompt of usual length '.repeat(100) }]);

/**
 * Plans the experiment as any other, and has the data base make up its results: 1.4 million rows take long by any other way.
 * @param calls how many LLM calls
 * @returns how many trials there are
 */
export async function seedHome(environment, { calls }) {
  const load = (path, name) => loadBuilt(path).then((module) => module[name]);
  const [openApplication, readConfig] = await Promise.all([
    load('apps/application.js', 'openApplication'),
    load('platform/config/config.js', 'readConfig'),
  ]);
  const home = environment.SPRINTLAB_HOME;
  const application = await openApplication(readConfig(environment, home), home);
  const plan = await application.planning.plan({ file: 'large.yaml', text: MANIFEST });
  await application.submissions.submit(plan);
  await application.database.transaction(async (rows) => {
    for (const statement of [...DONE, EXECUTIONS, finalMetrics(), curves(), callsOf(calls), USES])
      await rows.query(statement);
  });
  await application.close();
  return plan.trials.length;
}

const DONE = [
  `UPDATE stages SET status = 'succeeded', token = 1, ended_at = ${AT + 60_000}`,
  `UPDATE submissions SET state = 'finished', ended_at = ${AT + 60_000}`,
  `UPDATE demands SET state = 'closed'`,
];

/** From 0 to 1, the same for one stage and place always: two digits of its key. */
function chance(place) {
  const digit = (offset) => `(instr('0123456789abcdef', substr(stage.key, ${place} + ${offset}, 1)) - 1)`;
  return `((16 * ${digit(0)} + ${digit(1)}) / 256.0)`;
}

const EXECUTIONS = `INSERT INTO executions
  (id, stage_key, token, status, host, pid, lease_until, claimed_at, ended_at, error, usage, environment)
  SELECT 'execution-' || stage.key, stage.key, 1, 'succeeded', 'here', 1, ${AT}, ${AT}, ${AT}, NULL,
    json_object('seconds', 1 + 9 * ${chance(1)}, 'cpuSeconds', 1.4, 'peakMemoryBytes', 200000000), '{}' FROM stages AS stage`;

/** Of one table, each with its place. */
function named(metrics) {
  return `VALUES ${metrics.map(([split, name], index) => `('${split}', '${name}', ${2 * index + 1})`).join(', ')}`;
}

function finalMetrics() {
  return `WITH measured(split, name, place) AS (${named(RESULTS.map((name) => ['test', name]))})
    INSERT INTO metrics (stage_key, split, name, step, value)
    SELECT stage.key, split, name, 0, 0.2 + 0.2 * ${chance('place')}
    FROM stages AS stage CROSS JOIN measured WHERE stage.kind = 'evaluation'`;
}

function curves() {
  return `WITH RECURSIVE epochs(step) AS (SELECT 1 UNION ALL SELECT step + 1 FROM epochs WHERE step < ${EPOCHS}),
    measured(split, name, place) AS (${named(METRICS)})
    INSERT INTO metrics (stage_key, split, name, step, value)
    SELECT stage.key, split, name, step, ${chance('place')} * (1 + step / ${EPOCHS}.0)
    FROM (SELECT key FROM stages WHERE kind = 'training' ORDER BY key) AS stage CROSS JOIN measured CROSS JOIN epochs`;
}

function callsOf(count) {
  return `WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < ${count}),
    asking AS (SELECT key, row_number() OVER (ORDER BY key) - 1 AS place FROM stages WHERE kind = 'profiling-batch')
    INSERT INTO calls (hash, scope, paid_by, model, parameters, messages, temperature, max_tokens, sample, answer, finish,
      prompt_tokens, completion_tokens, usd, latency_ms, answered_at)
    SELECT lower(hex(randomblob(32))), '', asking.key, 'simulated', '{}', '${MESSAGES}', 0.2, 100, 1, '"an answer"', 'stop',
      700, 20, 0, 1, ${AT} + n
    FROM numbers JOIN asking ON asking.place = n % (SELECT COUNT(*) FROM asking)`;
}

const USES = `INSERT INTO stage_calls (stage_key, purpose, step, session, attempt, variant, call_hash, reused, outcome)
  SELECT paid_by, 'profiling', CASE n % 3 WHEN 0 THEN 'IDENTIFY' WHEN 1 THEN 'PREDICT' ELSE 'CORRECT' END, n / 3, 1, 'asked',
    hash, n % 7 = 0, 'right'
  FROM (SELECT hash, paid_by, answered_at - ${AT} AS n FROM calls)`;
