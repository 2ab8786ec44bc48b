import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { runStep } from './run-step.mjs';
import { dependencyHash, readStamp, sourceHash, STAMPS } from './stamps.mjs';

/**
 * Installs and builds what is missing or out of date. Each step leaves its stamp as its last act, so that one that was
 * interrupted is done again by the next run.
 */
export async function setUp(root) {
  if (isInstalled(root) && isBuilt(root)) return;
  await withLock(root, async (holder) => {
    // Asked again under the lock: the set-up that this one waited for has probably done the work.
    if (!isInstalled(root)) await install(root, holder);
    if (!isBuilt(root)) await build(root, holder);
  });
}

function isInstalled(root) {
  return readStamp(root, STAMPS.dependencies) === dependencyHash(root);
}

function isBuilt(root) {
  return readStamp(root, STAMPS.build) === sourceHash(root);
}

async function install(root, holder) {
  console.log('Installing the dependencies with npm ci, about a minute ...');
  const hash = dependencyHash(root);
  // npm ci removes the folder at some later moment; until then a second set-up would take the old stamp for the truth.
  rmSync(join(root, STAMPS.dependencies), { force: true });
  const step = {
    name: 'npm ci',
    // Where NODE_ENV is production npm leaves out the compiler, without which nothing can be built.
    command: ['npm', 'ci', '--include=dev', '--no-audit', '--no-fund'],
    root,
    // ONNX Runtime would fetch its GPU library from outside the package registry; the CPU one is in the package.
    environment: { ONNXRUNTIME_NODE_INSTALL: 'skip' },
  };
  await runStep(step, holder);
  writeFileSync(join(root, STAMPS.dependencies), hash);
}

async function build(root, holder) {
  console.log('Building the programs, a few seconds ...');
  // The build needs what the step before it installed.
  const { compile } = await import('../compile.mjs');
  await compile(root, holder);
}
