import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError } from '#kernel/domain-error.ts';
import type { DatabaseTarget } from '#platform/config/config.ts';
import { writtenCode } from './error-codes.ts';
import { isLostConnection } from './lost-connections.ts';

export class DatabaseUnreachableError extends DomainError<'DATABASE_UNREACHABLE'> {
  constructor(target: DatabaseTarget, reason: string, cause: unknown) {
    super('DATABASE_UNREACHABLE', `${nameOf(target)} cannot be opened: ${reason}.`);
    this.cause = cause;
  }
}

/** What whoever keeps the machine can mend: a full disk, a read-only one, a database that another process holds. */
export class DatabaseFailedError extends DomainError<'DATABASE_FAILED'> {
  constructor(target: DatabaseTarget, reason: string, cause: unknown) {
    super('DATABASE_FAILED', `${nameOf(target)} took nothing: ${reason}.`);
    this.cause = cause;
  }
}

const AGAIN = 'and run the same command again';
const FULL = `the disk is full; free some space ${AGAIN}`;
const AWAY = `its server has been away for too long; start it ${AGAIN}`;
const READ_ONLY = 'it can only be read; make its folder writable, or set SPRINTLAB_HOME to another';
const FOREIGN =
  'it is no SQLite database, or a damaged one; move the file away, or set SPRINTLAB_HOME to another folder';
const NO_FOLDER = 'there is a file where its folder should be; set SPRINTLAB_HOME to another';
const NO_ANSWER = 'nothing answers at its host and port; start the server, or correct SPRINTLAB_DATABASE_URL';

/** By the codes of SQLite, of Postgres and of the system. */
const FAILURES: Readonly<Record<string, string>> = {
  SQLITE_FULL: FULL,
  SQLITE_READONLY: READ_ONLY,
  SQLITE_BUSY: `another process has held it for too long; wait for its end ${AGAIN}`,
  SQLITE_NOTADB: FOREIGN,
  SQLITE_CORRUPT: FOREIGN,
  '53100': FULL,
  '25006': READ_ONLY,
};

const OPENING_FAILURES: Readonly<Record<string, string>> = {
  ...FAILURES,
  SQLITE_CANTOPEN: 'it can be neither opened nor made; make its folder writable, or set SPRINTLAB_HOME to another',
  ENOSPC: FULL,
  EROFS: READ_ONLY,
  EACCES: READ_ONLY,
  EEXIST: NO_FOLDER,
  ENOTDIR: NO_FOLDER,
  ENOENT: 'its folder cannot be made there; set SPRINTLAB_HOME to another',
  ECONNREFUSED: NO_ANSWER,
  ETIMEDOUT: NO_ANSWER,
  ENOTFOUND: 'its host is not known; correct SPRINTLAB_DATABASE_URL',
  '28P01': 'the user or the password is wrong; correct SPRINTLAB_DATABASE_URL',
  '28000': 'the user may not connect; correct SPRINTLAB_DATABASE_URL',
  '3D000': 'that database does not exist; create it, or correct SPRINTLAB_DATABASE_URL',
};

/** A failure that the user can mend becomes a refusal that says how; any other error stays what it is. */
export async function asFailure(error: unknown, target: DatabaseTarget): Promise<unknown> {
  if (error instanceof DomainError) return error;
  const isAway = target.engine === 'postgres' && isLostConnection(error);
  const reason = isAway ? AWAY : FAILURES[await codeOf(error, target)];
  return reason === undefined ? error : new DatabaseFailedError(target, reason, error);
}

export async function asUnreachable(error: unknown, target: DatabaseTarget): Promise<DatabaseUnreachableError> {
  const reason = OPENING_FAILURES[await codeOf(error, target)];
  return new DatabaseUnreachableError(target, reason ?? otherReason(error, target), error);
}

/** The words of a driver for a server may quote its address, password and all: they are not repeated. */
function otherReason(error: unknown, { engine }: DatabaseTarget): string {
  if (engine === 'sqlite') return error instanceof Error ? error.message : String(error);
  const code = writtenCode(error);
  return `check SPRINTLAB_DATABASE_URL, where signs in a password are written as %40${code === '' ? '' : ` (${code})`}`;
}

function nameOf(target: DatabaseTarget): string {
  return target.engine === 'sqlite' ? `The database ${target.file}` : 'The database of SPRINTLAB_DATABASE_URL';
}

/** SQLite calls it an I/O error when the disk has no room for its shared memory. */
async function codeOf(error: unknown, target: DatabaseTarget): Promise<string> {
  const code = writtenCode(error);
  const isFull = target.engine === 'sqlite' && code.startsWith('SQLITE_IOERR') && (await isDiskFull(target.file));
  return isFull ? 'SQLITE_FULL' : code;
}

async function isDiskFull(file: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(dirname(file));
  return bavail * bsize < SHARED_MEMORY_BYTES;
}

/** Of one region of SQLite's `-shm` file. */
const SHARED_MEMORY_BYTES = 32 * 1024;
