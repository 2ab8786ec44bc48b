import type { Database, Rows } from '#platform/database/database.ts';
import type { StageRow } from './stage.entity.ts';

/** Which of the ready stages, and what their executions are to say. */
export interface ClaimOrder {
  readonly slots: number;
  /** Of one submission only. */
  readonly submission: string | null;
  /** Of some stages only. */
  readonly keys: readonly string[] | null;
  /** Of the code that the claimant has. */
  readonly versions: readonly string[];
  readonly execution: {
    readonly host: string;
    readonly pid: number;
    readonly environment: string;
    readonly claimedAt: number;
    readonly leaseUntil: number;
  };
  readonly newId: () => string;
}

/** A stage that was claimed, with its new execution. */
export interface ClaimedRow extends Pick<
  StageRow,
  'key' | 'kind' | 'codeVersion' | 'parameters' | 'inputs' | 'token' | 'urgency' | 'position'
> {
  readonly createdAt: number | string;
  readonly execution: string;
}

const CLAIMED =
  `key, kind, code_version AS "codeVersion", parameters, inputs, token, urgency, position, ` +
  `created_at AS "createdAt"`;
const EXECUTION = `stage_key, token, status, host, pid, environment, claimed_at, lease_until`;

/**
 * Makes ready stages running and records their executions. Written as SQL, since claims are what many workers do at the same
 * time: as queries of TypeORM they took five times as long (`npm run bench -- claims`).
 */
export function claimRows(database: Database, order: ClaimOrder): Promise<readonly ClaimedRow[]> {
  if (database.engine === 'postgres') return onPostgres(database, order);
  return database.transaction((rows) => onSqlite(rows, order));
}

/**
 * One statement. Of two claimants the later passes over what the earlier has locked. Where its answer is lost with the
 * connection, the stages are nobody's until their leases run out.
 */
async function onPostgres(database: Database, order: ClaimOrder): Promise<readonly ClaimedRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => `$${values.push(value)}`;
  const text =
    `WITH found AS MATERIALIZED (${candidates(order, bind)} FOR UPDATE OF stage SKIP LOCKED), ` +
    `claimed AS (UPDATE stages SET status = 'running', token = token + 1 WHERE key IN (SELECT key FROM found) ` +
    `RETURNING ${CLAIMED}), ` +
    `kept AS (INSERT INTO executions (id, ${EXECUTION}) ` +
    `SELECT gen_random_uuid()::text, key, token, 'running', ${executionValues(order, bind)} FROM claimed ` +
    `RETURNING id, stage_key) ` +
    `SELECT claimed.*, kept.id AS execution FROM claimed JOIN kept ON kept.stage_key = claimed.key`;
  return database.statement<ClaimedRow>(text, values);
}

/** The transaction holds the write lock from its start: nobody claims beside it. */
async function onSqlite(rows: Rows, order: ClaimOrder): Promise<readonly ClaimedRow[]> {
  const values: unknown[] = [];
  const bind = (value: unknown): string => (values.push(value), '?');
  const text =
    `UPDATE stages SET status = 'running', token = token + 1 WHERE key IN (${candidates(order, bind)}) ` +
    `RETURNING ${CLAIMED}`;
  const found = await rows.query<Omit<ClaimedRow, 'execution'>[]>(text, values);
  if (found.length === 0) return [];
  const claimed = found.map((row) => ({ ...row, execution: order.newId() }));
  const inserted: unknown[] = [];
  const insert = (value: unknown): string => (inserted.push(value), '?');
  const tuples = claimed.map(
    ({ execution, key, token }) =>
      `(${[execution, key, token].map(insert).join(', ')}, 'running', ${executionValues(order, insert)})`,
  );
  await rows.query(`INSERT INTO executions (id, ${EXECUTION}) VALUES ${tuples.join(', ')}`, inserted);
  return claimed;
}

/** In the order of the index `stages_by_turn`, so that a claim reads no more rows than it takes. */
function candidates({ slots, submission, keys, versions }: ClaimOrder, bind: (value: unknown) => string): string {
  const list = (values: readonly string[]): string => values.map(bind).join(', ');
  const isWish = (id: string): string =>
    ` AND EXISTS (SELECT 1 FROM submission_stages wish ` +
    `WHERE wish.stage_key = stage.key AND wish.submission_id = ${bind(id)})`;
  return (
    `SELECT stage.key FROM stages stage WHERE stage.status = 'ready' AND stage.code_version IN (${list(versions)})` +
    (submission === null ? '' : isWish(submission)) +
    (keys === null ? '' : ` AND stage.key IN (${list(keys)})`) +
    ` ORDER BY stage.urgency DESC, stage.position, stage.key LIMIT ${bind(slots)}`
  );
}

function executionValues({ execution }: ClaimOrder, bind: (value: unknown) => string): string {
  const { host, pid, environment, claimedAt, leaseUntil } = execution;
  return [host, pid, environment, claimedAt, leaseUntil].map(bind).join(', ');
}
