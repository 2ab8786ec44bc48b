import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { contentHash } from '#kernel/content-hash.ts';
import { shellOfThisFile, toyManifest } from '../support/shell.ts';

interface Item {
  readonly hash: string;
  readonly name: string;
  readonly owner: string;
  readonly bytes: number;
  readonly references: number;
}

const shell = shellOfThisFile();
let home: string;

/** Without the logs of executions, of which there is another after each run. */
const artifacts = async (): Promise<readonly Item[]> => {
  const words = ['artifacts', 'list', '--limit', '1000', '--filter', 'ownerKind!=execution'];
  return ((await shell.json(words, { home })) as { items: readonly Item[] }).items;
};

async function run(name: string, seen: boolean): Promise<void> {
  const lines = [`name: ${name}`, 'arms: [{name: popularity, method: popularity}]'];
  const protocol = `protocol: {sessions: history, split: leave-one-out, maskSeen: ${seen}}`;
  const { code, err } = await shell.run(['run', await shell.file('m.yaml', toyManifest([...lines, protocol]))], {
    home,
  });
  if (code !== 0) throw new Error(err);
}

/** An object that nobody recorded. */
async function anOrphan(text: string): Promise<string> {
  const hash = contentHash(new TextEncoder().encode(text));
  const folder = join(home, 'artifacts', 'sha256', hash.slice(0, 2));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, hash), text);
  return hash;
}

beforeAll(async () => {
  home = await shell.homeWithToy();
  await run('first', true);
});

describe('an artifact', () => {
  it('is listed with the number of those that keep its bytes, and shown with their names', async () => {
    const twice = await shell.folder();
    await shell.run(['datasets', 'generate', 'random', '--name', 'toy', '--users', '60', '--items', '40'], {
      home: twice,
    });
    await shell.run(['datasets', 'generate', 'random', '--name', 'twin', '--users', '60', '--items', '40'], {
      home: twice,
    });
    const { items } = (await shell.json(['artifacts', 'list'], { home: twice })) as { items: readonly Item[] };
    const shared = items.filter(({ name }) => name === 'interactions.safetensors');
    expect(shared.map(({ owner, references }) => [owner, references])).toEqual([
      ['toy', 2],
      ['twin', 2],
    ]);
    const hash = shared[0]!.hash;
    expect(await shell.json(['artifacts', 'show', hash], { home: twice })).toMatchObject({
      references: 2,
      owners: [
        { kind: 'dataset', id: 'toy', name: 'interactions.safetensors' },
        { kind: 'dataset', id: 'twin', name: 'interactions.safetensors' },
      ],
    });
    const { out } = await shell.run(['artifacts', 'show', hash], { home: twice });
    expect(out).toContain(
      'kept as\n  interactions.safetensors of dataset toy\n  interactions.safetensors of dataset twin\n',
    );
  });
});

describe('gc', () => {
  it('frees what no row knows, which verification names and calls no damage', async () => {
    const hash = await anOrphan('orphan');
    const { code, err, out } = await shell.run(['artifacts', 'verify'], { home });
    expect([code, err]).toEqual([0, `${hash} (6 B) belongs to no artifact.\n`]);
    expect(out).toMatch(/ 0 damaged\.\n1 objects \(6 B\) belong to no artifact, which is no damage; /);

    const dry = await shell.run(['artifacts', 'gc', '--dry-run'], { home });
    expect(dry.out).toBe(
      'what                       count  size\nobjects that no row knows      1   6 B\n\n6 B would be freed; nothing was touched.\n',
    );
    expect(await shell.json(['artifacts', 'gc'], { home })).toMatchObject({
      bytes: 6,
      orphans: { count: 1, bytes: 6 },
    });
    expect((await shell.run(['artifacts', 'gc'], { home })).out).toBe('There is nothing to free.\n');
    expect(await shell.json(['artifacts', 'verify'], { home })).toMatchObject({ damaged: [], orphans: [] });
  });

  it('frees the files of stages that nobody wants only with a yes, and keeps what another experiment wants', async () => {
    await run('second', false);
    const before = await artifacts();
    await shell.json(['experiments', 'delete', 'first', '--yes'], { home });
    expect((await shell.run(['artifacts', 'gc', '--yes'], { home })).out).toBe('There is nothing to free.\n');

    const refusal = await shell.refusal(['artifacts', 'gc', '--unwanted'], { home });
    expect(refusal).toMatchObject({ exit: 3, code: 'NOT_CONFIRMED', places: [] });
    expect(refusal.message).toContain('Free the files of 1 stages that no experiment wants any more?');
    expect(await artifacts()).toEqual(before);

    // Both evaluate the same model of the same sessions: only the evaluation is the first one's own.
    const { out } = await shell.run(['artifacts', 'gc', '--unwanted', '--yes'], { home });
    expect(out).toMatch(/^Of 1 stages that no experiment wants any more each lost its files; /m);
    const after = await artifacts();
    const lost = new Set(
      before.filter(({ owner }) => !after.some((one) => one.owner === owner)).map(({ owner }) => owner),
    );
    expect(lost.size).toBe(1);
    expect((await shell.run(['artifacts', 'verify'], { home })).code).toBe(0);

    await run('first', true);
    expect(await artifacts()).toEqual(before);
  });
});
