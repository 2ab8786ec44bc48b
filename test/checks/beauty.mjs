import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * Trains the backbone on Amazon Beauty with three seeds, through the program, and holds the test figures against what RecBole's
 * SASRec reached on the same data (HR@20 .1077, NDCG@20 .0480, history not masked). About half an hour on two cores.
 * With SPRINTLAB_HOME set the work is kept there, and an interrupted check goes on.
 */
const DATA = '../shared/data/amazon-beauty';
const PROGRAM = resolve('dist/apps/cli/main.js');
const FLOORS = [
  { manifest: 'beauty-unmasked', metric: 'hr@20', floor: 0.1077 },
  { manifest: 'beauty-unmasked', metric: 'ndcg@20', floor: 0.047 },
  { manifest: 'beauty-masked', metric: 'hr@20', floor: 0.112 },
];
const COLUMNS = 'user=user_id,item=item_id,time=timestamp,order=position,title=title,categories=attributes';

if (!existsSync(DATA)) {
  console.log(`not run: there is no ${DATA}`);
} else {
  const home = process.env.SPRINTLAB_HOME ?? (await mkdtemp(join(tmpdir(), 'sprintlab-beauty-')));
  process.exitCode = (await check(home)) ? 0 : 1;
}

async function check(home) {
  const files = ['--interactions', `${DATA}/interactions.tsv`, '--items', `${DATA}/items.tsv`];
  const options = ['--columns', COLUMNS, '--list-separator', ' | ', '--no-quotes', '--json'];
  await sprintlab(['datasets', 'import', 'amazon-beauty', ...files, ...options], home);
  const results = {};
  for (const manifest of ['beauty-unmasked', 'beauty-masked']) {
    const { comparison } = await sprintlab(['run', `test/checks/${manifest}.yaml`, '--json'], home);
    results[manifest] = comparison.arms[0].metrics;
  }
  const verdicts = FLOORS.map(({ manifest, metric, floor }) => {
    const { mean, sd, values } = results[manifest][metric];
    const holds = mean >= floor;
    const spread = `± ${sd.toFixed(4)} (${values.map((value) => value.toFixed(4)).join(', ')})`;
    console.log(`${holds ? 'holds' : 'FAILS'}: ${manifest} ${metric} ${mean.toFixed(4)} ${spread}, at least ${floor}`);
    return holds;
  });
  return verdicts.every(Boolean);
}

async function sprintlab(words, home) {
  const environment = { ...process.env, SPRINTLAB_HOME: home };
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (out += chunk));
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`sprintlab ${words.join(' ')} ended with ${code}: ${out}`);
  return JSON.parse(out);
}
