import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotBuiltError, readCodeVersions } from './code-versions.ts';

const KINDS = ['sessions', 'baseline'] as const;
const built = { sessions: 'a'.repeat(64), baseline: 'b'.repeat(64) };

describe('readCodeVersions', () => {
  let folder: string;
  beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'sprintlab-build-'))));
  afterEach(() => rm(folder, { recursive: true }));

  it('gives the version of each kind that the build wrote, though it wrote others too', async () => {
    const file = join(folder, 'code-versions.json');
    await writeFile(file, JSON.stringify({ ...built, training: 'c'.repeat(64) }));
    expect(await readCodeVersions(file, KINDS)).toMatchObject(built);
  });

  it.each([
    ['is missing', null],
    ['was cut off', '{"sessions": "aaa'],
    ['holds no hash', JSON.stringify({ ...built, baseline: '1.0' })],
    ['lacks a kind', JSON.stringify({ sessions: built.sessions })],
  ])('names the file and what to do where it %s', async (_, text) => {
    const file = join(folder, 'code-versions.json');
    if (text !== null) await writeFile(file, text);
    const refusal = await readCodeVersions(file, KINDS).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(NotBuiltError);
    expect((refusal as NotBuiltError).message).toBe(
      `The code versions of the stages cannot be read from ${file}. Run \`npm run build\`.`,
    );
  });
});
