import { mkdir, mkdtemp, readFile, readdir, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import { DomainError } from '#kernel/domain-error.ts';
import {
  DamagedObjectError,
  FolderObjectStore,
  StorageFailedError,
  UnwritableFileError,
} from './folder-object-store.ts';

let folder: string;
let store: FolderObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sprintlab-store-'));
  store = new FolderObjectStore(join(folder, 'artifacts'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const unfinished = (): Promise<readonly string[]> => readdir(join(store.folder, 'tmp'));

class RefusedError extends DomainError<'REFUSED'> {
  constructor() {
    super('REFUSED', 'No.');
  }
}

describe('a store in a folder', () => {
  it('gives back what was put, by its hash', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const object = await store.put(bytes);
        expect(object).toEqual({ hash: contentHash(bytes), bytes: bytes.length });
        expect(new Uint8Array(await store.read(object.hash))).toEqual(bytes);
      }),
      { numRuns: 20 },
    );
  });

  it('keeps one object of equal bytes, though many put them at once', async () => {
    const objects = await Promise.all(Array.from({ length: 10 }, () => store.put(bytesOf('same'))));
    expect(new Set(objects.map(({ hash }) => hash)).size).toBe(1);
    const files = await readdir(join(store.folder, 'sha256'), { recursive: true, withFileTypes: true });
    expect(files.filter((file) => file.isFile())).toHaveLength(1);
    expect(await unfinished()).toEqual([]);
  });

  it('mends a damaged object by the same bytes', async () => {
    const { hash } = await store.put(bytesOf('good'));
    await writeFile(store.pathOf(hash), 'bad');
    await store.put(bytesOf('good'));
    expect(Buffer.from(await store.read(hash)).toString()).toBe('good');
  });

  it('leaves nothing of work that failed', async () => {
    const working = store.withWorkspace(async (workspace) => {
      await writeFile(join(workspace, 'half'), 'half');
      throw new RefusedError();
    });
    await expect(working).rejects.toThrow(RefusedError);
    expect(await unfinished()).toEqual([]);
  });

  it('clears away the workspace of a process that was killed days ago, and none that is in use', async () => {
    const [old, fresh] = ['old', 'fresh'].map((name) => join(store.folder, 'tmp', name));
    for (const workspace of [old!, fresh!]) await mkdir(workspace, { recursive: true });
    await utimes(old!, new Date(0), new Date(0));
    await store.withWorkspace(() => Promise.resolve());
    expect(await unfinished()).toEqual(['fresh']);
  });

  it('says of a failure of the system what to do, and passes a refusal on', async () => {
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
    });
    const refusal = await store.storing(() => Promise.reject(full)).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(StorageFailedError);
    expect((refusal as Error).message).toBe(
      `Artifacts cannot be written to ${store.folder}: the disk is full; free some space and run again. Nothing was recorded.`,
    );
    await expect(store.storing(() => Promise.reject(new RefusedError()))).rejects.toThrow(RefusedError);
  });
});

describe('an object that is not what it was', () => {
  const DAMAGES: readonly (readonly [string, (path: string) => Promise<void>, string])[] = [
    ['changed', (path) => writeFile(path, 'evil'), 'is damaged: its bytes changed on disk'],
    ['shorter', (path) => truncate(path, 2), 'is damaged: its bytes changed on disk'],
    ['gone', (path) => rm(path), 'is missing from the store'],
    ['a folder', async (path) => rm(path).then(() => symlink('/', path)), 'cannot be read'],
  ];

  it.each(DAMAGES)('is never served: %s', async (_, damage, problem) => {
    const { hash } = await store.put(bytesOf('good'));
    await damage(store.pathOf(hash));
    const copy = join(folder, 'copy');
    for (const serve of [() => store.read(hash), () => store.verify(hash), () => store.exportTo(hash, copy)]) {
      const refusal = await serve().then(
        () => null,
        (error: unknown) => error,
      );
      expect(refusal).toBeInstanceOf(DamagedObjectError);
      expect(refusal).toMatchObject({ hash, problem });
    }
    expect(await readdir(folder)).toEqual(['artifacts']);
  });
});

describe('an export', () => {
  it('writes a new file and no other', async () => {
    const { hash } = await store.put(bytesOf('good'));
    const file = join(folder, 'file');
    await store.exportTo(hash, file);
    expect(await readFile(file, 'utf8')).toBe('good');
    await writeFile(file, 'the only copy');
    await expect(store.exportTo(hash, file)).rejects.toThrow(UnwritableFileError);
    expect(await readFile(file, 'utf8')).toBe('the only copy');
  });
});
