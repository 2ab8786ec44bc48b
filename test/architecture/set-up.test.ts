import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const REPOSITORY = join(import.meta.dirname, '../..');

/** Stands for npm: keeps a diary, does as `NPM_SAYS` and `NPM_TAKES` tell, and replaces `node_modules` as `npm ci` does. */
const NPM = `#!/usr/bin/env node
const fs = require('node:fs');
const note = (line) => fs.appendFileSync('diary', line + '\\n');
note('npm ' + process.argv.slice(2).join(' ') + ' with ONNX Runtime: ' + process.env.ONNXRUNTIME_NODE_INSTALL);
if (process.env.NPM_SAYS) { console.error(process.env.NPM_SAYS); process.exit(1); }
setTimeout(() => {
  fs.rmSync('node_modules', { recursive: true, force: true });
  fs.mkdirSync('node_modules');
  note('npm ends');
}, Number(process.env.NPM_TAKES ?? 0));
`;
/** Stands for the build, which has its own tests: leaves the stamp as the real one does. */
const COMPILE = `import fs from 'node:fs';
import { sourceHash, STAMPS } from './set-up/stamps.mjs';
export async function compile(root) {
  fs.appendFileSync(root + '/diary', 'build\\n');
  fs.mkdirSync(root + '/dist', { recursive: true });
  fs.writeFileSync(root + '/' + STAMPS.build, sourceHash(root));
}
`;
const NPM_CI = 'npm ci --include=dev --no-audit --no-fund with ONNX Runtime: skip';
const INSTALLING = 'Installing the dependencies with npm ci, about a minute ...\n';
const BUILDING = 'Building the programs, a few seconds ...\n';

describe('the set-up', () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'sprintlab-set-up-'));
    for (const folder of ['scripts', 'src', 'bin']) mkdirSync(join(root, folder));
    cpSync(join(REPOSITORY, 'scripts/set-up.mjs'), join(root, 'scripts/set-up.mjs'));
    cpSync(join(REPOSITORY, 'scripts/set-up'), join(root, 'scripts/set-up'), { recursive: true });
    write('scripts/compile.mjs', COMPILE);
    write('package.json', '{"engines": {"node": ">=20.19"}, "dependencies": {}, "type": "module"}');
    write('package-lock.json', '{}');
    write('src/model.ts', 'export const rank = 1;');
    writeFileSync(join(root, 'bin/npm'), NPM, { mode: 0o755 });
    write('bin/package.json', '{"type": "commonjs"}');
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (path: string, text: string) => writeFileSync(join(root, path), text);
  const diary = () =>
    existsSync(join(root, 'diary')) ? readFileSync(join(root, 'diary'), 'utf8').trim().split('\n') : [];
  const start = (environment: NodeJS.ProcessEnv = {}, options: readonly string[] = []) => {
    const path = [join(root, 'bin'), dirname(process.execPath), process.env['PATH']].join(delimiter);
    const env = { ...process.env, PATH: path, ...environment };
    return spawn(process.execPath, [...options, 'scripts/set-up.mjs'], { cwd: root, env });
  };
  const run = (environment?: NodeJS.ProcessEnv, options?: readonly string[]) => outcomeOf(start(environment, options));

  it('installs, then builds, with one line a step', async () => {
    expect(await run()).toEqual({ code: 0, stdout: INSTALLING + BUILDING, stderr: '' });
    expect(diary()).toEqual([NPM_CI, 'npm ends', 'build']);
  });

  it('says and does nothing where nothing is to do, and leaves no trace of its lock', async () => {
    await run();
    expect(await run()).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(diary()).toHaveLength(3);
    expect(readdirSync(root).filter((name) => name.startsWith('.'))).toEqual([]);
  });

  it.each([
    ['a source', 'src/model.ts', 'export const rank = 2;', BUILDING],
    ['a new source', 'src/other.ts', '', BUILDING],
    ['a setting of the compiler', 'tsconfig.build.json', '{}', BUILDING],
    ['a test', 'src/model.test.ts', '', ''],
    ['the lock of the packages', 'package-lock.json', '{"packages": {}}', INSTALLING + BUILDING],
  ])('does only what %s makes necessary', async (_, path, text, steps) => {
    await run();
    write(path, text);
    expect((await run()).stdout).toBe(steps);
  });

  it.each([
    ['npm error code ENOSPC', 'The disk is full.'],
    ['npm error code EACCES', 'may not be written'],
    ['npm error code ENOTFOUND', 'The package registry could not be reached.'],
    ['npm error code EUSAGE', 'Run npm install'],
    ['npm error something new', 'The lines above say why.'],
  ])('shows the end of a failed step (%s) and what to do, and repairs it in the next run', async (says, remedy) => {
    const failed = await run({ NPM_SAYS: says });
    expect(failed).toMatchObject({ code: 1, stdout: INSTALLING });
    expect(failed.stderr).toMatch(new RegExp(`^${says}\nnpm ci failed\\. .*${remedy}`));
    expect(failed.stderr).not.toContain(' at ');
    expect((await run()).stdout).toBe(INSTALLING + BUILDING);
  });

  it('says that npm is missing', async () => {
    rmSync(join(root, 'bin/npm'));
    const { code, stderr } = await run({ PATH: join(root, 'bin') });
    expect(code).toBe(1);
    expect(stderr).toContain('npm was not found.');
  });

  it('tells an older Node what it needs', async () => {
    const older = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.4' } });";
    const { code, stderr } = await run({}, ['--import', `data:text/javascript,${encodeURIComponent(older)}`]);
    expect(code).toBe(1);
    expect(stderr).toBe(
      'Sprintlab needs Node >=20.19, and this is Node 18.20.4. Install a newer Node and run the same command again.\n',
    );
  });

  it('lets one of two that start at once do the work, and the other wait for it', async () => {
    const outcomes = await Promise.all([run({ NPM_TAKES: '500' }), run({ NPM_TAKES: '500' })]);
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0]);
    expect(diary()).toEqual([NPM_CI, 'npm ends', 'build']);
    const said = outcomes.map(({ stdout }) => stdout).sort();
    expect(said[0]).toBe(INSTALLING + BUILDING);
    expect(said[1]).toMatch(/^(Waiting for another set-up to finish \(process \d+\) \.\.\.\n)?$/);
  });

  it('takes over from one that was killed, once the npm that it left behind has ended', async () => {
    const killed = start({ NPM_TAKES: '700' });
    await expect.poll(diary, { timeout: 20_000 }).toEqual([NPM_CI]);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const { code, stdout } = await run();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Waiting for another set-up to finish .*\nInstalling .*\nBuilding .*\n$/);
    expect(diary()).toEqual([NPM_CI, 'npm ends', NPM_CI, 'npm ends', 'build']);
  });

  it('gives a lock whose holder is dead to one at a time of those that want it', async () => {
    mkdirSync(join(root, '.set-up.lock'));
    // No process has this number: Linux stops at 4,194,304.
    write('.set-up.lock/99999999-dead', '');
    write(
      'contender.mjs',
      `import fs from 'node:fs';
      import { setTimeout as sleep } from 'node:timers/promises';
      import { withLock } from './scripts/set-up/lock.mjs';
      await withLock(process.cwd(), async () => {
        fs.appendFileSync('diary', 'in\\n');
        await sleep(20);
        fs.appendFileSync('diary', 'out\\n');
      });`,
    );
    const contenders = Array.from({ length: 5 }, () => spawn(process.execPath, ['contender.mjs'], { cwd: root }));
    const outcomes = await Promise.all(contenders.map(outcomeOf));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    expect(diary()).toEqual(Array.from({ length: 5 }, () => ['in', 'out']).flat());
  });
});

async function outcomeOf(child: ChildProcess): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const said = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk: Buffer) => (said.stdout += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (said.stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}
