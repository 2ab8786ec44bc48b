import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sprintlab } from '../support/command-line.ts';
import { shellOfThisFile, toyManifest, type ShellOutcome } from '../support/shell.ts';
import { SmallDisk } from '../support/small-disk.ts';

const shell = shellOfThisFile();
let mounted: SmallDisk | string;
beforeEach(() => {
  mounted = SmallDisk.mount(2048);
});
afterEach(() => {
  if (mounted instanceof SmallDisk) mounted.unmount();
});

/** The disk of a test, which is left out where none can be mounted. */
function diskOf(test: { readonly skip: (why: string) => never }): { readonly disk: SmallDisk; readonly home: string } {
  if (!(mounted instanceof SmallDisk)) return test.skip(mounted);
  return { disk: mounted, home: join(mounted.folder, 'home') };
}

/** One message for a person: its last line says what to do, and nothing says where in the code. */
function expectPlainFailure({ code, out, err }: Omit<ShellOutcome, 'code'> & { code: unknown }, message: RegExp): void {
  expect([1, 4]).toContain(code);
  expect(out).toBe('');
  expect(err).toMatch(message);
  expect(err).not.toMatch(/^\s+at |should not happen|DEFECT|Error:/m);
}

const storeOf = async (home: string): Promise<readonly string[]> => {
  const entries = await readdir(join(home, 'artifacts'), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map(({ name }) => name);
};

const FULL = /the disk is full; free some space/;
const GENERATE = ['datasets', 'generate', 'random', '--name', 'toy'];

describe('a full disk', () => {
  // SQLite fails in another way for each: no page, no shared memory, no room to migrate.
  it.for([0, 20_000, 100_000])('with %i bytes left takes no new home, and says so', async (bytesFree, test) => {
    const { disk, home } = diskOf(test);
    disk.fill(bytesFree);
    expectPlainFailure(await shell.run(['datasets', 'list'], { home }), FULL);
    disk.empty();
    expect((await shell.run(['datasets', 'list'], { home })).code).toBe(0);
  });

  it('ends an import with nothing registered, nothing left, and the same command succeeds with more room', async (test) => {
    const { disk, home } = diskOf(test);
    const rows = Array.from({ length: 150_000 }, (_, row) => `u${row % 5000},i${row % 997},${1_600_000_000 + row}`);
    const file = await shell.file('sales.csv', ['user,item,time', ...rows, ''].join('\n'));
    const words = ['datasets', 'import', 'sales', '--interactions', file];
    expectPlainFailure(await shell.run(words, { home }), /no space left on device.*make room/);
    expect(await storeOf(home)).toEqual([]);
    expect(await shell.json(['datasets', 'list'], { home })).toEqual({ items: [], next: null });
    disk.remount('size=32m');
    const { code, out } = await shell.run(words, { home });
    expect([code, out]).toEqual([0, expect.stringContaining('sales is registered: 150,000 interactions')]);
  });

  it('ends the making of a data set in the same way', async (test) => {
    const { disk, home } = diskOf(test);
    const words = [...GENERATE, '--users', '5000'];
    expectPlainFailure(await shell.run(words, { home }), /^Artifacts cannot be written to .*: the disk is full; free/);
    expect(await storeOf(home)).toEqual([]);
    disk.remount('size=32m');
    expect((await shell.run(words, { home })).code).toBe(0);
  });

  // Where it strikes depends on what is left: the submission itself, the claim of a stage, its artifacts or its record.
  it.for([0, 130_000, 200_000])(
    'with %i bytes left ends a run, which goes on when there is room',
    async (bytesFree, test) => {
      const { disk, home } = diskOf(test);
      const manifest = await shell.file('toy.yaml', toyManifest());
      expect((await shell.run([...GENERATE, '--users', '100'], { home })).code).toBe(0);
      disk.fill(bytesFree);
      expectPlainFailure(await sprintlab(['run', manifest, '--workers', '2'], { home }), FULL);
      disk.empty();
      expect(await shell.json(['run', manifest], { home })).toMatchObject({
        trials: { total: 3, succeeded: 3, failed: 0 },
      });
      const verified = await shell.run(['artifacts', 'verify'], { home });
      expect([verified.code, verified.out]).toEqual([0, expect.stringContaining(' 0 damaged')]);
      expect((await shell.run(['doctor'], { home })).out).toContain('the chain is whole');
    },
  );
});

describe('a home that can only be read', () => {
  // By processes of their own: the file system cannot change while a shell has files of it open.
  const READ_ONLY = /can only be read|can be neither opened nor made|its folder cannot be made there/;

  it('is named, and what to do, whether it is there or not', async (test) => {
    const { disk, home } = diskOf(test);
    expect((await sprintlab([...GENERATE, '--users', '100'], { home })).code).toBe(0);
    disk.remount('ro');
    const manifest = await shell.file('toy.yaml', toyManifest());
    for (const words of [
      [...GENERATE, '--seed', '2'],
      ['run', manifest],
    ]) {
      expectPlainFailure(await sprintlab(words, { home }), READ_ONLY);
    }
    expectPlainFailure(await sprintlab(['datasets', 'list'], { home: join(disk.folder, 'none') }), READ_ONLY);
    disk.remount('rw');
    expect((await sprintlab(['run', manifest], { home })).code).toBe(0);
  });
});
