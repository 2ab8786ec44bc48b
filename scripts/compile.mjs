import { chmodSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeVersions } from './code-version.mjs';
import { compileUi } from './compile-ui.mjs';
import { runStep, StepFailedError } from './set-up/run-step.mjs';
import { sourceHash, STAMPS } from './set-up/stamps.mjs';

const STAGES = 'dist/science/stages';
/** In the folder of the stages, but no stage: what is said of all of them (`stage*.js`), and the list of them. */
const NO_STAGE = /^(stage\b.*|registry)\.js$/;
const PROGRAM = 'dist/apps/cli/main.js';

/**
 * Compiles `src/`, builds the pages of `ui/` and writes `dist/code-versions.json`. All of it happens in a folder of its own that takes the place of
 * `dist/` when it is complete: an interrupted build leaves the old programs, and no file outlives its source.
 */
export async function compile(root, holder) {
  const fresh = join(root, 'dist-fresh');
  rmSync(fresh, { recursive: true, force: true });
  try {
    await makeFresh(root, holder);
    putInPlace(root);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

async function makeFresh(root, holder) {
  // Taken first: a source that changes during the build must look out of date afterwards.
  const hash = sourceHash(root);
  const command = [
    process.execPath,
    'node_modules/typescript/bin/tsc',
    '-p',
    'tsconfig.build.json',
    '--outDir',
    'dist-fresh',
  ];
  await runStep({ name: 'The compiler', command, root }, holder);
  await compileUi(root, 'dist-fresh/ui', holder);
  writeFileSync(freshPath(root, 'dist/code-versions.json'), `${JSON.stringify(versionsOf(root), null, 2)}\n`);
  if (existsSync(freshPath(root, PROGRAM))) chmodSync(freshPath(root, PROGRAM), 0o755);
  writeFileSync(freshPath(root, STAMPS.build), hash);
}

function versionsOf(root) {
  const { imports } = readJson(join(root, 'package.json'));
  const { packages } = readJson(join(root, 'package-lock.json'));
  const read = (path) => readFileSync(freshPath(root, path), 'utf8');
  try {
    return codeVersions(stageEntries(root), { read, imports, packages });
  } catch (error) {
    throw new StepFailedError(
      'Computing the code versions',
      error.message,
      'Correct the import and run the same command again.',
    );
  }
}

/** Stage kind → module, for instance `warm-up` → `dist/science/stages/warm-up.js`. */
function stageEntries(root) {
  const folder = freshPath(root, STAGES);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const stages = names.filter((name) => name.endsWith('.js') && !NO_STAGE.test(name)).sort();
  return Object.fromEntries(stages.map((name) => [name.slice(0, -'.js'.length), `${STAGES}/${name}`]));
}

function freshPath(root, path) {
  return join(root, path.replace(/^dist\//, 'dist-fresh/'));
}

function putInPlace(root) {
  const [fresh, current, stale] = ['dist-fresh', 'dist', 'dist-stale'].map((name) => join(root, name));
  rmSync(stale, { recursive: true, force: true });
  if (existsSync(current)) renameSync(current, stale);
  renameSync(fresh, current);
  rmSync(stale, { recursive: true, force: true });
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
