import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { runStep, StepFailedError } from './set-up/run-step.mjs';

/** What the first view may load, compressed: everything that is not needed for it is loaded when it is. */
const FIRST_VIEW_BYTES = 350_000;
const FIRST_PAGE = 'src/features/experiments/experiments-page.tsx';
const MANIFEST = '.vite/manifest.json';

/** Builds the pages of `ui/` into a folder, and refuses a first view that has grown beyond its limit. */
export async function compileUi(root, folder, holder) {
  if (!existsSync(join(root, 'ui/index.html'))) return;
  const command = [process.execPath, 'node_modules/vite/bin/vite.js', 'build', 'ui', '--outDir', join(root, folder)];
  // Set for the test runner, it would have React built for development.
  const environment = { NODE_ENV: 'production' };
  await runStep(
    { name: 'The build of the pages', command: [...command, '--logLevel', 'warn'], root, environment },
    holder,
  );
  const bytes = firstViewBytes(join(root, folder));
  rmSync(join(root, folder, '.vite'), { recursive: true });
  compressFiles(join(root, folder, 'assets'));
  if (bytes <= FIRST_VIEW_BYTES) return;
  throw new StepFailedError(
    'The build of the pages',
    `The first view is ${bytes} bytes compressed, and may be ${FIRST_VIEW_BYTES}.`,
    'Load what it does not need with import() and run the same command again.',
  );
}

/** Letters of other scripts are loaded where a text has them. */
const LATIN = /inter-latin-wght/;

/** Scripts, styles and letters of the entry and of the list of experiments, with all that they import at once. */
export function firstViewBytes(folder) {
  const chunks = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8'));
  const files = new Set();
  const take = (name) => {
    const { file, css = [], assets = [], imports = [] } = chunks[name];
    if (files.has(file)) return;
    for (const one of [file, ...css, ...assets.filter((asset) => LATIN.test(asset))]) files.add(one);
    for (const one of imports) take(one);
  };
  for (const name of ['index.html', FIRST_PAGE]) take(name);
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(folder, file))).length, 0);
}

/** Beside each file its compressed twin, which the server hands out to those who can read it: none is compressed twice. */
function compressFiles(folder) {
  // Letters are compressed as they are.
  for (const name of readdirSync(folder).filter((file) => !file.endsWith('.woff2'))) {
    writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
  }
}
