import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { resultsPage } from './results/page.mjs';
import { sprintlab } from './results/sprintlab.mjs';

/**
 * Runs a manifest to its end and writes docs/results/<name>.md from the rows: `npm run results -- planted`, or `beauty-simulated`. The
 * work is kept in .sprintlab-results, so that an interrupted run goes on; with nothing to run only the page is written.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const BEAUTY = join(root, '../shared/data/amazon-beauty');
const COLUMNS = 'user=user_id,item=item_id,time=timestamp,order=position,title=title,categories=attributes';

const PAGES = {
  planted: {
    data: ['datasets', 'generate', 'planted', '--preset', 'planted-effect', '--name', 'planted-effect'],
    manifest: 'experiments/controls.yaml',
    needs: null,
  },
  'beauty-simulated': {
    data: [
      ...['datasets', 'import', 'amazon-beauty', '--columns', COLUMNS, '--list-separator', ' | ', '--no-quotes'],
      ...['--interactions', join(BEAUTY, 'interactions.tsv'), '--items', join(BEAUTY, 'items.tsv')],
    ],
    manifest: 'test/checks/beauty-simulated.yaml',
    needs: BEAUTY,
  },
};

const [name] = process.argv.slice(2);
const page = PAGES[name];
if (page === undefined) {
  console.error(`Name a page: ${Object.keys(PAGES).join(' or ')}.`);
  process.exitCode = 2;
} else if (page.needs !== null && !existsSync(page.needs)) {
  console.log(`not run: there is no ${page.needs}`);
} else {
  await write(name, page);
}

async function write(name, { data, manifest }) {
  const run = (words, options) => sprintlab(words, { home: join(root, '.sprintlab-results'), root, ...options });
  await run([...data, '--json']);
  const { comparison } = await run(['run', manifest, '--json'], { accepts: [0, 4] });
  const { items } = await run(['trials', 'list', '--json', '--limit', '1000']);
  const own = items.filter(
    ({ experiment, revision }) => experiment === comparison.experiment && revision === comparison.revision,
  );
  const reference = `${comparison.experiment}@${comparison.revision}`;
  const source = await run(['experiments', 'export', reference]);
  const trials = [];
  for (const { id } of own) trials.push(await run(['trials', 'show', id, '--json']));
  const folder = join(root, 'docs/results');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.md`), resultsPage({ name, manifest, source, comparison, trials }));
}
