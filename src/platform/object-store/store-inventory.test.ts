import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FolderObjectStore } from './folder-object-store.ts';
import { StoreInventory } from './store-inventory.ts';
import { newWorkspaceName, ownerOfWorkspace } from './workspace-name.ts';

let folder: string;
let store: FolderObjectStore;
let inventory: StoreInventory;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sprintlab-inventory-'));
  store = new FolderObjectStore(folder);
  inventory = new StoreInventory(store);
});
afterEach(() => rm(folder, { recursive: true }));

const put = (text: string) => store.put(new TextEncoder().encode(text));
const HOUR = 3_600_000;

describe('the objects of a store', () => {
  it('are none before there is a folder, and then those that were put', async () => {
    expect(await inventory.objects()).toEqual([]);
    const before = await inventory.now();
    const object = await put('four');
    await writeFile(join(folder, 'sha256', 'README'), 'no object');
    const [found, ...others] = await inventory.objects();
    expect([found, others]).toMatchObject([object, []]);
    // Clocks of file systems stand still for some milliseconds.
    expect(found!.adoptedAt).toBeGreaterThanOrEqual(Math.floor(before));
  });

  it('are dated by their adoption, not by when their bytes were written', async () => {
    await store.withWorkspace(async (workspace) => {
      const file = join(workspace, 'old');
      await writeFile(file, 'old');
      await utimes(file, new Date(0), new Date(0));
      await store.adopt(file);
    });
    const [found] = await inventory.objects();
    expect(found!.adoptedAt).toBeGreaterThan(Date.now() - HOUR);
  });

  it('are removed, but not one that was adopted again since it was found', async () => {
    const [gone, back] = [await put('gone'), await put('back')];
    const found = await inventory.objects();
    await put('back');
    await inventory.remove(found);
    expect([await store.has(gone.hash), await store.has(back.hash)]).toEqual([false, true]);
    await store.verify(back.hash);
  });
});

describe('a workspace', () => {
  /** The number of a process that has ended. */
  const dead = spawnSync(process.execPath, ['--version']).pid;
  const uuid = newWorkspaceName().split('.').at(-1)!;

  async function aWorkspace(name: string, ageMs: number): Promise<void> {
    const [path, then] = [join(folder, 'tmp', name), new Date(Date.now() - ageMs)];
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'half'), '12345');
    for (const touched of [join(path, 'half'), path]) await utimes(touched, then, then);
  }

  it('tells by its name who works there', () => {
    expect(ownerOfWorkspace(newWorkspaceName())).toEqual({ host: hostname(), pid: process.pid });
    expect(ownerOfWorkspace(`node-1.example.org.42.${uuid}`)).toEqual({ host: 'node-1.example.org', pid: 42 });
    expect(ownerOfWorkspace(uuid)).toBeNull();
  });

  it('is abandoned when its process is dead and nothing changed for an hour', async () => {
    await aWorkspace(`${hostname()}.${dead}.${uuid}`, 2 * HOUR);
    const found = await inventory.abandonedWorkspaces(Date.now());
    expect(found).toEqual([{ path: join(folder, 'tmp', `${hostname()}.${dead}.${uuid}`), bytes: 5 }]);
    await inventory.removeWorkspaces(found);
    expect(await readdir(join(folder, 'tmp'))).toEqual([]);
  });

  it.each([
    ['its process lives', `${hostname()}.${process.pid}.${uuid}`, 2 * HOUR],
    ['it changed a moment ago', `${hostname()}.${dead}.${uuid}`, 0],
    ['its process is of another host', `elsewhere.${dead}.${uuid}`, 2 * HOUR],
    ['nobody knows whose it is', uuid, 2 * HOUR],
  ])('is left alone where %s', async (_, name, age) => {
    await aWorkspace(name, age);
    expect(await inventory.abandonedWorkspaces(Date.now())).toEqual([]);
  });
});
