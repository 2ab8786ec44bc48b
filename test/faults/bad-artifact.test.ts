import { readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

const shell = shellOfThisFile();
let home: string;

interface Item {
  readonly id: string;
  readonly name: string;
  readonly hash: string;
  readonly ownerKind: string;
  readonly owner: string;
}

const artifacts = async (): Promise<readonly Item[]> =>
  ((await shell.json(['artifacts', 'list', '--limit', '1000'], { home })) as { items: readonly Item[] }).items;

async function artifactNamed(name: string): Promise<Item & { readonly path: string }> {
  const item = (await artifacts()).find((artifact) => artifact.name === name);
  if (item === undefined) throw new Error(`no ${name}`);
  return { ...item, path: join(home, 'artifacts', 'sha256', item.hash.slice(0, 2), item.hash) };
}

async function flipByte(path: string): Promise<void> {
  const bytes = await readFile(path);
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

const run = async (lines: readonly string[] = []) =>
  shell.run(['run', await shell.file('toy.yaml', toyManifest(lines))], { home });

const POPULARITY = 'arms: [{name: popularity, method: popularity}]';
const BOTH = 'arms: [{name: popularity, method: popularity}, {name: item-knn, method: item-knn}]';

beforeEach(async () => {
  home = await shell.homeWithToy();
  expect((await run([POPULARITY])).code).toBe(0);
});

const DAMAGES: readonly (readonly [string, (path: string) => Promise<void>, string])[] = [
  ['of which a byte changed', flipByte, 'is damaged: its bytes changed on disk'],
  ['that was cut to nothing', (path) => writeFile(path, ''), 'is damaged: its bytes changed on disk'],
  ['that was removed', (path) => rm(path), 'is missing from the store'],
];

describe.each(DAMAGES)('an artifact of a stage %s', (_, damage, problem) => {
  it('is named by the stage that reads it next, found, made again, and is the same as before', async () => {
    const before = await artifacts();
    const { hash, path, owner } = await artifactNamed('train.safetensors');
    await damage(path);

    const failed = await run([BOTH]);
    expect(failed.code).toBe(4);
    expect(failed.err).toMatch(new RegExp(`baseline of item-knn.*FAILED: Artifact ${hash} \\(\\S+\\) ${problem}`));
    expect(failed.err).toContain('`sprintlab artifacts verify --repair` has what made it run again.');

    const verified = await shell.run(['artifacts', 'verify'], { home });
    expect([verified.code, verified.out]).toEqual([5, expect.stringContaining('1 damaged')]);
    expect(verified.err).toContain(`train.safetensors of stage ${owner} (artifact ${hash}) ${problem}; `);
    expect(await shell.json(['artifacts', 'verify'], { home })).toMatchObject({
      damaged: [{ hash, name: 'train.safetensors', owner: { kind: 'stage', id: owner }, problem }],
      repaired: [],
    });

    expect(await shell.json(['artifacts', 'verify', '--repair'], { home })).toMatchObject({ repaired: [owner] });
    const mended = await run([BOTH]);
    expect([mended.code, mended.err]).toEqual([0, expect.stringContaining('2 of 2 trials succeeded')]);
    expect(await artifacts()).toEqual(expect.arrayContaining([...before]));
    expect((await shell.run(['artifacts', 'verify'], { home })).code).toBe(0);
  });
});

describe('a damaged artifact', () => {
  it('is never handed out, nor shown as good', async () => {
    const { hash, path } = await artifactNamed('metrics.json');
    await flipByte(path);
    const folder = await shell.folder();
    for (const words of [
      ['export', hash, join(folder, 'metrics.json')],
      ['show', hash],
    ]) {
      const refusal = await shell.refusal(['artifacts', ...words], { home });
      expect(refusal).toMatchObject({ exit: 1, code: 'DAMAGED_ARTIFACT' });
      expect(refusal.message).toContain(`Artifact ${hash} is damaged`);
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it('of a data set is named, cannot be repaired, and is mended by the same contents', async () => {
    const { hash, path } = await artifactNamed('interactions.safetensors');
    await flipByte(path);
    const shown = await shell.refusal(['datasets', 'show', 'toy'], { home });
    expect(shown).toMatchObject({ exit: 1, code: 'DAMAGED_ARTIFACT' });

    const failed = await run(['protocol: {sessions: same-day, split: temporal}']);
    expect(failed.code).toBe(4);
    expect(failed.err).toMatch(
      new RegExp(`FAILED: Artifact ${hash} \\(\\S+\\) is damaged.*Import or generate the data set`),
    );

    const repair = await shell.run(['artifacts', 'verify', '--repair'], { home });
    expect([repair.code, repair.out]).toEqual([5, expect.stringMatching(/1 damaged\.\n$/)]);
    expect(repair.err).toMatch(/interactions\.safetensors of dataset toy .* import or generate the data set again/);

    await shell.run(['datasets', 'generate', 'random', '--name', 'toy', '--users', '60', '--items', '40'], { home });
    expect((await shell.run(['artifacts', 'verify'], { home })).code).toBe(0);
    expect((await run(['protocol: {sessions: same-day, split: temporal}'])).code).toBe(0);
  });
});

describe('an export', () => {
  it('never takes the place of a file', async () => {
    const { hash } = await artifactNamed('metrics.json');
    const file = await shell.file('metrics.json', 'the only copy');
    expect(await shell.refusal(['artifacts', 'export', hash, file], { home })).toMatchObject({
      exit: 2,
      code: 'UNWRITABLE_FILE',
      message: `${file} cannot be written: it exists already; name another.`,
    });
    expect(await readFile(file, 'utf8')).toBe('the only copy');
  });

  it('copies the very bytes', async () => {
    const { hash, path } = await artifactNamed('metrics.json');
    const copy = join(await shell.folder(), 'copy.json');
    expect((await shell.run(['artifacts', 'export', hash.slice(0, 8), copy], { home })).code).toBe(0);
    expect(await readFile(copy)).toEqual(await readFile(path));
  });

  it('names a folder that is not there', async () => {
    const { hash } = await artifactNamed('metrics.json');
    const { message } = await shell.refusal(['artifacts', 'export', hash, '/none/copy.json'], { home });
    expect(message).toBe('/none/copy.json cannot be written: its folder does not exist.');
  });
});
