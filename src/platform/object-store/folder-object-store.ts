import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, copyFile, mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentHash, type ContentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import { newWorkspaceName } from './workspace-name.ts';

export interface StoredObject {
  readonly hash: ContentHash;
  /** Size in bytes. */
  readonly bytes: number;
}

export class DamagedObjectError extends DomainError<'DAMAGED_ARTIFACT'> {
  constructor(
    readonly hash: ContentHash,
    readonly problem: string,
  ) {
    super('DAMAGED_ARTIFACT', `Artifact ${hash} ${problem}. \`sprintlab artifacts verify\` says how to mend it.`);
  }
}

export class StorageFailedError extends DomainError<'STORAGE_FAILED'> {
  constructor(folder: string, cause: Error) {
    const reason = STORAGE_REASONS['code' in cause ? String(cause.code) : ''] ?? cause.message;
    super('STORAGE_FAILED', `Artifacts cannot be written to ${folder}: ${reason}. Nothing was recorded.`);
    this.cause = cause;
  }
}

export class UnwritableFileError extends DomainError<'UNWRITABLE_FILE'> {
  constructor(file: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const reasons: Readonly<Record<string, string>> = {
      ...STORAGE_REASONS,
      EEXIST: 'it exists already; name another',
      ENOENT: 'its folder does not exist',
    };
    super('UNWRITABLE_FILE', `${file} cannot be written: ${reasons[code] ?? code}.`);
    this.cause = cause;
  }
}

const STORAGE_REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run again',
  EDQUOT: 'the disk quota is used up; free some space and run again',
  EACCES: 'permission denied; make the folder writable or set SPRINTLAB_HOME to another',
  EROFS: 'the file system is read-only; set SPRINTLAB_HOME to another',
};

/** No live process leaves its workspace untouched for so long. */
const ABANDONED_MS = 3 * 24 * 3_600_000;

/**
 * Bytes kept by their SHA-256 in a folder. Promises:
 * - an object is whole or absent: it is written to a temporary file, synced, and renamed;
 * - what is read is verified against its name, so damaged bytes are never served as good;
 * - writing the same bytes twice keeps one object.
 */
export class FolderObjectStore {
  constructor(readonly folder: string) {}

  pathOf(hash: ContentHash): string {
    return join(this.folder, 'sha256', hash.slice(0, 2), hash);
  }

  async has(hash: ContentHash): Promise<boolean> {
    return access(this.pathOf(hash)).then(
      () => true,
      () => false,
    );
  }

  /** An empty folder on the store's own file system, so that `adopt` is a rename; removed when `work` ends, however it ends. */
  async withWorkspace<Result>(work: (folder: string) => Promise<Result>): Promise<Result> {
    const folder = join(this.folder, 'tmp', newWorkspaceName());
    try {
      await this.storing(() => mkdir(folder, { recursive: true }));
      await this.sweep();
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Removes the workspaces of processes that were killed: nobody works in one for days. */
  private async sweep(): Promise<void> {
    const workspaces = join(this.folder, 'tmp');
    for (const name of await readdir(workspaces)) {
      const workspace = join(workspaces, name);
      const status = await stat(workspace).catch(() => null);
      if (status !== null && Date.now() - status.mtimeMs > ABANDONED_MS)
        await rm(workspace, { recursive: true, force: true });
    }
  }

  put(bytes: Uint8Array): Promise<StoredObject> {
    return this.withWorkspace(async (folder) => {
      const file = join(folder, 'object');
      await this.storing(() => writeFile(file, bytes));
      return this.adopt(file);
    });
  }

  /** Moves a finished file of a workspace into the store. */
  adopt(file: string): Promise<StoredObject> {
    return this.storing(async () => {
      const hash = await hashOfFile(file);
      const { size } = await stat(file);
      const path = this.pathOf(hash);
      const folder = join(path, '..');
      await mkdir(folder, { recursive: true });
      await sync(file);
      await rename(file, path);
      await sync(folder);
      return { hash, bytes: size };
    });
  }

  /** @throws DamagedObjectError when the bytes are missing or are not those of the hash. */
  async read(hash: ContentHash): Promise<Uint8Array> {
    const bytes = await readFile(this.pathOf(hash)).catch((error: unknown) => {
      throw asDamage(hash, error);
    });
    if (contentHash(bytes) !== hash) throw new DamagedObjectError(hash, 'is damaged: its bytes changed on disk');
    return bytes;
  }

  /** Copies an object to a new file, verified. @throws UnwritableFileError, also for a file that exists: it may be the only copy. */
  async exportTo(hash: ContentHash, file: string): Promise<void> {
    await this.verify(hash);
    await copyFile(this.pathOf(hash), file, constants.COPYFILE_EXCL).catch((error: unknown) => {
      throw new UnwritableFileError(file, error);
    });
  }

  /** @throws DamagedObjectError as `read`, without holding the bytes in memory. */
  async verify(hash: ContentHash): Promise<void> {
    const found = await hashOfFile(this.pathOf(hash)).catch((error: unknown) => {
      throw asDamage(hash, error);
    });
    if (found !== hash) throw new DamagedObjectError(hash, 'is damaged: its bytes changed on disk');
  }

  async remove(hash: ContentHash): Promise<void> {
    await rm(this.pathOf(hash), { force: true });
  }

  /** Turns a failure of the system in `work`, such as a full disk, into a refusal that says what to do. @throws StorageFailedError */
  async storing<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Error && 'syscall' in error) throw new StorageFailedError(this.folder, error);
      throw error;
    }
  }
}

async function hashOfFile(file: string): Promise<ContentHash> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex') as ContentHash;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function asDamage(hash: ContentHash, error: unknown): DamagedObjectError {
  const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
  return new DamagedObjectError(hash, isMissing ? 'is missing from the store' : 'cannot be read');
}
