import { execFile } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');

describe('the build', () => {
  let root: string;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'sprintlab-build-'));
    for (const path of ['scripts', 'tsconfig.json', 'tsconfig.build.json', 'package.json', 'package-lock.json']) {
      cpSync(join(REPOSITORY, path), join(root, path), { recursive: true });
    }
    symlinkSync(join(REPOSITORY, 'node_modules'), join(root, 'node_modules'));
    write('src/apps/cli/main.ts', '#!/usr/bin/env node\n// A comment.\nprocess.stdout.write("built\\n");\n');
    write('src/kernel/rank.ts', 'export const rank = 1;\n');
    write('src/kernel/rank.test.ts', 'export const tested = 1;\n');
    write('src/science/stages/stage.ts', 'export const shape = 1;\n');
    write('src/science/stages/registry.ts', "export const load = () => import('./baseline.ts');\n");
    write('src/science/stages/baseline.ts', "import { rank } from '#kernel/rank.ts';\nexport const run = rank;\n");
    write('src/science/stages/sessions.ts', "import { z } from 'zod';\nexport const run = z.string();\n");
    await build();
  });
  afterAll(() => rmSync(root, { recursive: true }));

  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const read = (path: string) => readFileSync(join(root, path), 'utf8');
  const versions = () => JSON.parse(read('dist/code-versions.json')) as Record<string, string>;
  const build = () => promisify(execFile)(process.execPath, ['scripts/build.mjs'], { cwd: root });

  it('makes a program that can be started, and no tests', async () => {
    const main = join(root, 'dist/apps/cli/main.js');
    expect(statSync(main).mode & 0o111).toBe(0o111);
    expect((await promisify(execFile)(main)).stdout).toBe('built\n');
    expect(existsSync(join(root, 'dist/kernel/rank.test.js'))).toBe(false);
  });

  it('gives a code version to each stage, and to nothing else', () => {
    const hash = expect.stringMatching(/^[0-9a-f]{64}$/) as string;
    expect(versions()).toEqual({ baseline: hash, sessions: hash });
  });

  it('keeps the last programs where the sources do not compile, and says where', async () => {
    write('src/kernel/rank.ts', "export const rank: number = 'first';\n");
    await expect(build()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('src/kernel/rank.ts(1,14)') as string,
    });
    expect(read('dist/kernel/rank.js')).toContain('rank = 1');
    expect(existsSync(join(root, 'dist-fresh'))).toBe(false);
  });

  it('leaves no file without its source, and moves the versions of what changed', async () => {
    const before = versions();
    write('src/kernel/rank.ts', 'export const rank = 2;\n');
    rmSync(join(root, 'src/science/stages/sessions.ts'));
    await build();
    expect(existsSync(join(root, 'dist/science/stages/sessions.js'))).toBe(false);
    expect(Object.keys(versions())).toEqual(['baseline']);
    expect(versions()['baseline']).not.toBe(before['baseline']);
  });
});
