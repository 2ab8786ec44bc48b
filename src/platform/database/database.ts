import { createRequire } from 'node:module';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { DataSource, type DataSourceOptions, type EntityManager, type EntitySchema, type QueryRunner } from 'typeorm';
import type { DatabaseTarget } from '#platform/config/config.ts';
import { asFailure, asUnreachable } from './database-refusals.ts';
import { writtenCode } from './error-codes.ts';
import { isLostConnection, LostConnectionError, outlasting } from './lost-connections.ts';
import { migrations } from './migrations/migrations.ts';
import { SnakeCaseNaming } from './snake-case-naming.ts';
import type { Sql } from './sql.ts';

/** The rows inside one transaction (or one read). Passed to whoever takes part in it. */
export type Rows = EntityManager;

/**
 * How long a writer waits for another process' transaction, in milliseconds. The wait holds up the whole process, so it is
 * well below the time after which a worker that does not answer loses its stages.
 */
const BUSY_TIMEOUT_MS = 7_000;
/** How long a server may take to answer at first, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Of Postgres, for a number that it has not given out. */
const UNKNOWN_TRANSACTION = '22023';
/** How long a transaction that is being committed is left to it before it is asked about again, in milliseconds. */
const COMMIT_PAUSE_MS = 100;
/** A host that vanishes in the middle of a transaction must not hold up the others until its connection is missed. */
const CONNECTIONS = { max: 16, keepAlive: true, idle_in_transaction_session_timeout: 60_000 };
/** Any number that only this lock uses. */
const WRITERS_LOCK = 7370727;

/** A transaction up to its COMMIT. */
interface Attempt<Result> {
  readonly result: Result;
  /** `null` where nothing was written. */
  readonly id: string | null;
  /** What came instead of an acknowledgement; `null` when it came. */
  readonly failure: Error | null;
}

/**
 * The rows, on SQLite or Postgres. Promises:
 * - `transaction` is all or nothing, and on SQLite takes the write lock at its start (`BEGIN IMMEDIATE`), so that what it
 *   read cannot change before it writes; of two processes one waits.
 * - `read` sees committed rows only.
 * - both outlast a restart of the server, by half a minute: what was lost on the way is done again, so `work` may be called
 *   more than once. What was committed is not: of a transaction whose end was not acknowledged the server is asked.
 */
export class Database {
  /** SQLite has one connection here: without this queue two asynchronous transactions would run inside one another. */
  private tail: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly source: DataSource,
    private readonly target: DatabaseTarget,
  ) {}

  /** Opens the database, making and migrating it where needed. @throws DatabaseUnreachableError */
  static async open(target: DatabaseTarget, entities: readonly EntitySchema[]): Promise<Database> {
    try {
      if (target.engine === 'sqlite' && target.file !== ':memory:') {
        await mkdir(dirname(target.file), { recursive: true });
      }
      const database = new Database(await new DataSource(dataSourceOptions(target, entities)).initialize(), target);
      return await database.migrated();
    } catch (error) {
      throw await asUnreachable(error, target);
    }
  }

  get engine(): DatabaseTarget['engine'] {
    return this.target.engine;
  }

  /** @throws DatabaseFailedError where the disk is full, the server stays away, or another process holds the database. */
  transaction<Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> {
    if (this.engine === 'postgres') return this.told(() => outlasting(() => this.onServer(work)));
    return this.exclusively(() => this.told(() => this.immediately(work)));
  }

  /** @throws DatabaseFailedError as `transaction`. */
  read<Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> {
    if (this.engine === 'postgres') return this.told(() => outlasting(() => work(this.source.manager)));
    return this.exclusively(() => this.told(() => work(this.source.manager)));
  }

  /** One statement, which is a transaction by itself. Where the connection is lost, it may have been done twice. */
  statement<Row>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return this.read((rows) => rows.query<Row[]>(text, [...values]));
  }

  /** What a query finds. */
  select<Row>(query: Sql): Promise<Row[]> {
    const { text, values } = query.statement(this.engine);
    return this.statement(text, values);
  }

  /**
   * Until the transaction of `rows` ends, no other one gets past this: what it finds absent stays absent. A transaction of
   * SQLite is alone from its start.
   */
  async holdOtherWriters(rows: Rows): Promise<void> {
    if (this.engine === 'postgres') await rows.query(`SELECT pg_advisory_xact_lock(${WRITERS_LOCK})`);
  }

  close(): Promise<void> {
    return this.exclusively(() => this.source.destroy());
  }

  private exclusively<Result>(work: () => Promise<Result>): Promise<Result> {
    const result = this.tail.then(work, work);
    this.tail = result.catch(() => undefined);
    return result;
  }

  private async immediately<Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> {
    await this.source.query('BEGIN IMMEDIATE');
    try {
      const result = await work(this.source.manager);
      await this.source.query('COMMIT');
      return result;
    } catch (error) {
      // SQLite takes a transaction back by itself when the disk is full; the first error is the one that says so.
      await this.source.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  private async onServer<Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> {
    const { result, id, failure } = await this.attempted(work);
    const isDone = failure === null || (id !== null && isLostConnection(failure) && (await this.wasCommitted(id)));
    if (isDone) return result;
    throw failure;
  }

  /** Its connection is free again afterwards: with all in doubt at once none would be left to ask by. */
  private async attempted<Result>(work: (rows: Rows) => Promise<Result>): Promise<Attempt<Result>> {
    const runner = this.source.createQueryRunner();
    try {
      await runner.startTransaction();
      const result = await work(runner.manager);
      const id = await writtenBy(runner);
      const failure = await runner.commitTransaction().then(
        () => null,
        (error: unknown) => asLost(error, runner),
      );
      return { result, id, failure };
    } catch (error) {
      // The first error is the one that says what happened.
      const failure = asLost(error, runner);
      await runner.rollbackTransaction().catch(() => undefined);
      throw failure;
    } finally {
      await runner.release();
    }
  }

  /** Of a transaction whose connection was lost before the server said. It may still be at it. */
  private async wasCommitted(id: string): Promise<boolean> {
    for (;;) {
      const status = await outlasting(() => statusOf(this.source.manager, id));
      if (status !== 'in progress') return status === 'committed';
      await pause(COMMIT_PAUSE_MS);
    }
  }

  private async told<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw await asFailure(error, this.target);
    }
  }

  /** An open connection would keep the program from ending. */
  private async migrated(): Promise<this> {
    try {
      await this.migrate();
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Two processes may open a new home at once: the second finds the migrations done. */
  private async migrate(): Promise<void> {
    if (await this.isMigrated()) return;
    if (this.engine === 'sqlite') {
      await this.exclusively(() => this.immediately(() => this.runMigrations()));
      return;
    }
    const lock = this.source.createQueryRunner();
    try {
      await lock.query('SELECT pg_advisory_lock(7370726)');
      await this.runMigrations();
    } finally {
      await lock.query('SELECT pg_advisory_unlock(7370726)');
      await lock.release();
    }
  }

  /** Asked without the table that tells, TypeORM would make it, and of two that ask at once one would fail. */
  private async isMigrated(): Promise<boolean> {
    const runner = this.source.createQueryRunner();
    const isNew = !(await runner.hasTable('migrations').finally(() => runner.release()));
    return !isNew && !(await this.source.showMigrations());
  }

  private async runMigrations(): Promise<void> {
    const pending = await this.source.showMigrations();
    if (pending) await this.source.runMigrations({ transaction: this.engine === 'sqlite' ? 'none' : 'all' });
  }
}

/** A connection that ends between two statements takes the runner with it, and the next statement is told no more than that. */
function asLost(error: unknown, runner: QueryRunner): Error {
  if (runner.isReleased) return new LostConnectionError(error);
  return error instanceof Error ? error : new Error(String(error));
}

/** By what number the server knows a transaction that has written something. */
async function writtenBy(runner: QueryRunner): Promise<string | null> {
  const [written] = await runner.manager.query<readonly { id: string | null }[]>(
    'SELECT txid_current_if_assigned() AS id',
  );
  return written?.id ?? null;
}

/** A server that has crashed may not know the number any more: then nothing of the transaction reached its disk. */
async function statusOf(rows: Rows, id: string): Promise<string | null> {
  try {
    const [found] = await rows.query<readonly { status: string | null }[]>('SELECT txid_status($1::bigint) AS status', [
      id,
    ]);
    return found?.status ?? null;
  } catch (error) {
    if (writtenCode(error) === UNKNOWN_TRANSACTION) return null;
    throw error;
  }
}

export function dataSourceOptions(target: DatabaseTarget, entities: readonly EntitySchema[]): DataSourceOptions {
  const shared = {
    entities: [...entities],
    migrations: [...migrations],
    namingStrategy: new SnakeCaseNaming(),
  };
  if (target.engine === 'postgres')
    return { ...shared, type: 'postgres', url: target.url, connectTimeoutMS: CONNECT_TIMEOUT_MS, extra: CONNECTIONS };
  return {
    ...shared,
    type: 'better-sqlite3',
    // libsql has better-sqlite3's interface and ships its binary in the package.
    driver: createRequire(import.meta.url)('libsql') as unknown,
    database: target.file,
    timeout: BUSY_TIMEOUT_MS,
    prepareDatabase: (connection: { pragma(statement: string): unknown }): void => {
      connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      connection.pragma('journal_mode = WAL');
      // A commit that was acknowledged must survive a power cut; NORMAL would lose the last ones.
      connection.pragma('synchronous = FULL');
    },
  };
}
