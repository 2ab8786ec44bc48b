import { createRequire } from 'node:module';
import { loadBuilt } from '../built.mjs';

/**
 * One of many workers: claims stages until none is left, as Sprintlab does with its whole state, or as the data base alone
 * would, a row and nothing else. It is forked, says when it is ready, starts when it is told, and ends with what it claimed.
 */
const [place, ...parameters] = process.argv.slice(2).map((text) => JSON.parse(text));
const claim = await { sprintlab, sqlite, postgres }[place](...parameters);

process.once('message', () => void work());
process.once('disconnect', () => process.exit(0));
process.send({ ready: true });

/** A queue may have nothing for a moment, while more is on its way to it. */
const EMPTY_MS = 400;

async function work() {
  const claimed = [];
  let endedAt = Date.now();
  while (Date.now() - endedAt < EMPTY_MS) {
    const keys = await claim();
    claimed.push(...keys);
    if (keys.length > 0) endedAt = Date.now();
    else await new Promise((wake) => setTimeout(wake, 5));
  }
  process.send({ claimed, endedAt }, () => process.disconnect());
}

async function sprintlab(environment, slots) {
  const [{ openApplication }, { readConfig }] = await Promise.all(
    ['apps/application.js', 'platform/config/config.js'].map(loadBuilt),
  );
  const application = await openApplication(readConfig(environment, '/tmp'), '/tmp');
  const { codeVersions } = application.identity;
  const worker = { ...application.identity, codeVersions: { ...codeVersions, sessions: '0'.repeat(64) } };
  // Connects, and loads what is loaded at the first claim.
  await application.queue.claim({ worker, slots: 0, submission: null });
  return async () => {
    const claims = await application.queue.claim({ worker, slots, submission: null });
    return claims.map(({ stage }) => stage.key);
  };
}

function sqlite(file) {
  const Libsql = createRequire(import.meta.url)('libsql');
  const database = new Libsql(file);
  database.pragma('busy_timeout = 7000');
  database.pragma('synchronous = FULL');
  const next = database.prepare(
    `UPDATE stages SET status = 'running' WHERE key = (SELECT key FROM stages WHERE status = 'ready' LIMIT 1) RETURNING key`,
  );
  return () => next.all().map(({ key }) => key);
}

async function postgres(url) {
  const { default: pg } = await import('pg');
  const client = new pg.Client(url);
  await client.connect();
  const statement =
    `UPDATE stages SET status = 'running' WHERE key = ` +
    `(SELECT key FROM stages WHERE status = 'ready' LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING key`;
  return async () => (await client.query(statement)).rows.map(({ key }) => key);
}
