import { createRequire } from 'node:module';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DataSource, type DataSourceOptions, type EntityManager, type EntitySchema } from 'typeorm';
import type { DatabaseTarget } from '#platform/config/config.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { migrations } from './migrations/migrations.ts';
import { SnakeCaseNaming } from './snake-case-naming.ts';

/** The rows inside one transaction (or one read). Passed to whoever takes part in it. */
export type Rows = EntityManager;

export class DatabaseUnreachableError extends DomainError<'DATABASE_UNREACHABLE'> {
  constructor(where: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    super('DATABASE_UNREACHABLE', `The database ${where} cannot be opened: ${reason}. \`sprintlab doctor\` says more.`);
    this.cause = cause;
  }
}

/** How long a writer waits for another process' transaction, in milliseconds. */
const BUSY_TIMEOUT_MS = 20_000;

/**
 * The rows, on SQLite or Postgres. Promises:
 * - `transaction` is all or nothing, and on SQLite takes the write lock at its start (`BEGIN IMMEDIATE`), so that what it
 *   read cannot change before it writes; of two processes one waits.
 * - `read` sees committed rows only.
 */
export class Database {
  /** SQLite has one connection here: without this queue two asynchronous transactions would run inside one another. */
  private tail: Promise<unknown> = Promise.resolve();

  private constructor(private readonly source: DataSource) {}

  /** Opens the database, making and migrating it where needed. */
  static async open(target: DatabaseTarget, entities: readonly EntitySchema[]): Promise<Database> {
    const where = target.engine === 'sqlite' ? target.file : 'of SPRINTLAB_DATABASE_URL';
    try {
      if (target.engine === 'sqlite' && target.file !== ':memory:') {
        await mkdir(dirname(target.file), { recursive: true });
      }
      const source = new DataSource(dataSourceOptions(target, entities));
      await source.initialize();
      const database = new Database(source);
      await database.migrate();
      return database;
    } catch (error) {
      throw new DatabaseUnreachableError(where, error);
    }
  }

  get engine(): DatabaseTarget['engine'] {
    return this.source.options.type === 'postgres' ? 'postgres' : 'sqlite';
  }

  transaction<Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> {
    if (this.engine === 'postgres') return this.source.transaction(work);
    return this.exclusively(() => this.immediately(work));
  }

  read<Result>(work: (rows: Rows) => Promise<Result>): Promise<Result> {
    if (this.engine === 'postgres') return work(this.source.manager);
    return this.exclusively(() => work(this.source.manager));
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
      await this.source.query('ROLLBACK');
      throw error;
    }
  }

  /** Two processes may open a new home at once: the second finds the migrations done. */
  private async migrate(): Promise<void> {
    if (!(await this.source.showMigrations())) return;
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

  private async runMigrations(): Promise<void> {
    const pending = await this.source.showMigrations();
    if (pending) await this.source.runMigrations({ transaction: this.engine === 'sqlite' ? 'none' : 'all' });
  }
}

export function dataSourceOptions(target: DatabaseTarget, entities: readonly EntitySchema[]): DataSourceOptions {
  const shared = {
    entities: [...entities],
    migrations: [...migrations],
    namingStrategy: new SnakeCaseNaming(),
  };
  if (target.engine === 'postgres') return { ...shared, type: 'postgres', url: target.url };
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
