import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentHash } from '#kernel/content-hash.ts';
import type { FolderObjectStore, StoredObject } from './folder-object-store.ts';
import { isKnownToBeDead, ownerOfWorkspace } from './workspace-name.ts';

/** An object as it lies in the folder. */
export interface StoredFile extends StoredObject {
  /** When it came, in milliseconds since 1970 by the clock of the file system; adopting the same bytes again makes it new. */
  readonly adoptedAt: number;
  /** Another file of the same bytes has another one. */
  readonly identity: string;
}

/** A folder in which a process prepared objects. */
export interface Workspace {
  readonly path: string;
  readonly bytes: number;
}

/** So long nothing changes in a workspace before its process is looked for. */
const UNTOUCHED_MS = 3_600_000;

/** What lies in the folder of a store, whether anybody knows of it or not. */
export class StoreInventory {
  constructor(private readonly store: FolderObjectStore) {}

  /** The time on the clock that dates files, which need not be that of this machine. */
  now(): Promise<number> {
    return this.store.withWorkspace(async (folder) => (await stat(folder)).ctimeMs);
  }

  async objects(): Promise<readonly StoredFile[]> {
    const found: StoredFile[] = [];
    for (const part of await namesIn(join(this.store.folder, 'sha256'))) {
      for (const name of await namesIn(join(this.store.folder, 'sha256', part))) {
        const file = /^[0-9a-f]{64}$/.test(name) ? await statusOf(this.store.pathOf(name as ContentHash)) : null;
        if (file !== null) found.push({ hash: name as ContentHash, ...file });
      }
    }
    return found;
  }

  /**
   * Removes those of the files that are still the same. Each is first moved aside and looked at there: one that was adopted
   * again in the meantime, and which somebody is about to record, is moved back.
   */
  async remove(files: readonly StoredFile[]): Promise<void> {
    await this.store.withWorkspace(async (folder) => {
      for (const { hash, identity } of files) {
        const [path, aside] = [this.store.pathOf(hash), join(folder, hash)];
        const isThere = await rename(path, aside).then(
          () => true,
          () => false,
        );
        if (!isThere) continue;
        if ((await statusOf(aside))?.identity === identity) await rm(aside);
        else await rename(aside, path);
      }
    });
  }

  /** Workspaces of dead processes of this host in which nothing changed for an hour. */
  async abandonedWorkspaces(now: number): Promise<readonly Workspace[]> {
    const found: Workspace[] = [];
    for (const name of await namesIn(join(this.store.folder, 'tmp'))) {
      const owner = ownerOfWorkspace(name);
      const path = join(this.store.folder, 'tmp', name);
      if (owner === null || !isKnownToBeDead(owner)) continue;
      const { bytes, touchedAt } = await contentsOf(path);
      if (now - touchedAt > UNTOUCHED_MS) found.push({ path, bytes });
    }
    return found;
  }

  async removeWorkspaces(workspaces: readonly Workspace[]): Promise<void> {
    for (const { path } of workspaces) await rm(path, { recursive: true, force: true });
  }
}

/** A folder that nobody made yet is empty. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

async function statusOf(path: string): Promise<Omit<StoredFile, 'hash'> | null> {
  const status = await stat(path, { bigint: true }).catch(() => null);
  if (!status?.isFile()) return null;
  // A rename, as which every adoption ends, changes no other time than this one.
  const adoptedAt = Number(status.ctimeMs);
  return { bytes: Number(status.size), adoptedAt, identity: `${status.ino}-${status.mtimeNs}` };
}

async function contentsOf(folder: string): Promise<{ readonly bytes: number; readonly touchedAt: number }> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const statuses = await Promise.all(['', ...names].map((name) => stat(join(folder, name)).catch(() => null)));
  const known = statuses.filter((status) => status !== null);
  return {
    bytes: known.reduce((sum, status) => sum + (status.isFile() ? status.size : 0), 0),
    touchedAt: Math.max(0, ...known.map(({ mtimeMs }) => mtimeMs)),
  };
}
