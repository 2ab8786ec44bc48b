import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { loadBuilt } from '../built.mjs';
import { figureOf, takeTurns } from '../pairing.mjs';
import { freshDatabase, startPostgres } from '../../support/postgres-server.mjs';
import { startRedis } from '../../support/redis-server.mjs';

const WORKERS = 20;
const PROGRAM = fileURLToPath(new URL('../sides/claims.mjs', import.meta.url));
const MANIFEST = `sprintlab: 1
name: claims
question: How fast are stages claimed?
dataset: none
protocol: {sessions: history, split: leave-one-out}
settings: {method: popularity}
`;

/** Twenty processes claim all ready stages, each once; against the same number of bare rows in the same data base. */
export async function measureClaims({ folder, quick, rounds, tell }) {
  const stages = quick ? 1_000 : 5_000;
  const [postgres, redis] = [await startPostgres(), await startRedis()];
  try {
    const places = placesIn(folder, { postgresUrl: postgres.url, redisUrl: redis.url });
    const figures = [];
    for (const [name, place] of Object.entries(places)) {
      for (const slots of [1, 8]) {
        tell(`${stages} stages, ${WORKERS} workers of ${slots} slots, ${name}`);
        const sides = [() => secondsOfSprintlab(place, { stages, slots }), () => place.bare(stages)];
        const answers = await takeTurns(sides, { rounds: Math.min(rounds, 3), warmUps: 0 });
        const measure = `a stage claimed by one of ${WORKERS} workers with ${slots} free slots, ${name}`;
        const inMicroseconds = answers.map((row) => row.map((seconds) => (seconds / stages) * 1e6));
        figures.push(figureOf({ measure, unit: 'µs', peer: place.peer }, inMicroseconds));
      }
    }
    return { figures, notes: figures.map(perSecond) };
  } finally {
    await postgres.stop();
    await redis.stop();
  }
}

function perSecond({ measure, sprintlab, peerSpread }) {
  const [own, bare] = [sprintlab, peerSpread].map(({ median }) => Math.round(1e6 / median));
  return `${own} claims/s (bare ${bare}): ${measure}`;
}

function placesIn(folder, { postgresUrl, redisUrl }) {
  const sqlite = { peer: 'bare libsql, synchronous=FULL', bare: (count) => secondsOfSqlite(folder, count) };
  const postgres = {
    peer: 'bare Postgres, SKIP LOCKED',
    bare: async (count) => secondsOfPostgres(await freshDatabase(postgresUrl), count),
  };
  const onPostgres = async () => ({ SPRINTLAB_DATABASE_URL: await freshDatabase(postgresUrl) });
  return {
    'embedded on SQLite': { ...sqlite, environment: async () => ({}), folder },
    'embedded on Postgres': { ...postgres, environment: onPostgres, folder },
    'BullMQ and Postgres': {
      ...postgres,
      environment: async () => ({ ...(await onPostgres()), SPRINTLAB_QUEUE_URL: redisUrl }),
      folder,
    },
  };
}

async function secondsOfSprintlab({ environment, folder }, { stages, slots }) {
  const home = await mkdtemp(join(folder, 'home-'));
  const variables = { SPRINTLAB_HOME: home, ...(await environment()) };
  const [{ openApplication }, { readConfig }] = await Promise.all(
    ['apps/application.js', 'platform/config/config.js'].map(loadBuilt),
  );
  const application = await openApplication(readConfig(variables, home), home);
  await application.submissions.submit(await planOf(stages));
  await application.queue.offer();
  const over = new AbortController();
  const offering = offerInTurns(application.queue, over.signal);
  try {
    return await secondsOfWorkers(['sprintlab', variables, slots], stages);
  } finally {
    over.abort();
    await offering;
    await application.close();
    await rm(home, { recursive: true });
  }
}

/** As the scheduler does: a pause, and then a turn, which never meets another. */
async function offerInTurns(queue, signal) {
  while (!signal.aborted) {
    await delay(250, undefined, { signal }).catch(() => undefined);
    await queue.offer();
  }
}

/** One trial of all stages, so that no canary goes ahead of them. */
async function planOf(count) {
  const { parseManifest } = await loadBuilt('features/experiments/domain/parse-manifest.js');
  const { manifest } = parseManifest({ file: 'claims.yaml', text: MANIFEST }, { readBase: () => null });
  const stages = Array.from({ length: count }, (_, number) => ({
    key: createHash('sha256').update(`stage ${number}`).digest('hex'),
    kind: 'sessions',
    codeVersion: '0'.repeat(64),
    parameters: { number },
    inputs: {},
  }));
  const seeds = { train: null, profile: null };
  return {
    manifest,
    source: MANIFEST,
    trials: [{ trial: { arm: 'claims', dataset: 'none', settings: {}, protocol: {}, seeds }, stages }],
  };
}

async function secondsOfSqlite(folder, count) {
  const place = await mkdtemp(join(folder, 'rows-'));
  const file = join(place, 'rows.db');
  const Libsql = createRequire(import.meta.url)('libsql');
  const database = new Libsql(file);
  database.pragma('journal_mode = WAL');
  database.exec(`CREATE TABLE stages (key varchar PRIMARY KEY, status varchar); CREATE INDEX turn ON stages (status);`);
  database.exec('BEGIN');
  const insert = database.prepare(`INSERT INTO stages VALUES (?, 'ready')`);
  for (let number = 0; number < count; number++) insert.run(String(number));
  database.exec('COMMIT');
  database.close();
  const seconds = await secondsOfWorkers(['sqlite', file], count);
  await rm(place, { recursive: true });
  return seconds;
}

async function secondsOfPostgres(url, count) {
  const { default: pg } = await import('pg');
  const client = new pg.Client(url);
  await client.connect();
  await client.query('CREATE TABLE stages (key varchar PRIMARY KEY, status varchar)');
  await client.query('CREATE INDEX turn ON stages (status)');
  await client.query(`INSERT INTO stages SELECT number::varchar, 'ready' FROM generate_series(1, ${count}) number`);
  await client.end();
  return secondsOfWorkers(['postgres', url], count);
}

/** From the start of all, which are ready and wait for it, to the end of the last. @throws where one was claimed twice or never */
async function secondsOfWorkers(words, count) {
  const workers = Array.from({ length: WORKERS }, () =>
    fork(
      PROGRAM,
      words.map((word) => JSON.stringify(word)),
    ),
  );
  await Promise.all(workers.map((worker) => heard(worker)));
  const startedAt = Date.now();
  const ends = workers.map((worker) => heard(worker));
  for (const worker of workers) worker.send({ start: true });
  const answers = await Promise.all(ends);
  const claimed = answers.flatMap((answer) => answer.claimed);
  if (claimed.length !== count || new Set(claimed).size !== count)
    throw new Error(`${claimed.length} claims of ${new Set(claimed).size} stages, where there are ${count}.`);
  return (Math.max(...answers.map(({ endedAt }) => endedAt)) - startedAt) / 1000;
}

function heard(worker) {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('exit', (code) => reject(new Error(`A worker ended (${code}).`)));
  });
}
