import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PoolAnswer } from '#features/pools/http/pools.schema.ts';
import type { ContentHash } from '#kernel/content-hash.ts';
import { FolderObjectStore } from '#platform/object-store/folder-object-store.ts';
import { decodePool, encodePool } from '#science/intents/intent-pool.ts';
import type { Invocation } from '../support/command-line.ts';
import { changeRows } from '../support/home-rows.ts';
import { answered, sprintManifest } from '../support/planted-home.ts';
import type { ServedHome } from '../support/served-home.ts';

interface List<Item> {
  readonly items: readonly Item[];
}

/** Has a call of the home say something, in its prompt and its answer. @returns its hash */
export async function aCallThatSays({ url, invocation }: ServedHome, text: string): Promise<string> {
  const { items } = (await (await fetch(`${url}/api/v1/calls?limit=1`)).json()) as List<{ readonly call: string }>;
  const call = items[0]?.call ?? '';
  const messages = JSON.stringify([{ role: 'user', content: text }]);
  const said = `messages = '${messages}', answer = '${JSON.stringify(text)}'`;
  changeRows(invocation.home, `UPDATE calls SET ${said} WHERE hash = '${call}'`);
  return call;
}

/** Has every intent of a pool be called and described so. @returns the trial whose pool it is */
export async function aPoolThatSays({ url, invocation: { home } }: ServedHome, text: string): Promise<string> {
  const { items } = (await (await fetch(`${url}/api/v1/pools?limit=1`)).json()) as List<PoolAnswer>;
  const [{ trial, artifact } = { trial: '', artifact: '' }] = items;
  const store = new FolderObjectStore(join(home, 'artifacts'));
  const pool = decodePool(await store.read(artifact as ContentHash));
  const intents = pool.intents.map((intent) => ({ ...intent, name: text, description: text }));
  const { hash, bytes } = await store.put(encodePool({ ...pool, intents }));
  changeRows(
    home,
    `INSERT INTO artifacts SELECT '${hash}', ${bytes}, created_at FROM artifacts WHERE hash = '${artifact}'`,
  );
  changeRows(home, `UPDATE artifact_links SET hash = '${hash}' WHERE hash = '${artifact}'`);
  return trial;
}

/** Imports the data set `shop`, whose only item has this title. */
export async function aDatasetWithTitle({ invocation }: ServedHome, title: string): Promise<void> {
  const [sales, items] = [join(invocation.home, 'sales.csv'), join(invocation.home, 'items.csv')];
  await writeFile(sales, 'user,item,timestamp\n1,a,1\n1,a,2\n1,a,3\n');
  await writeFile(items, `item,title\na,"${title}"\n`);
  await answered(['datasets', 'import', 'shop', '--interactions', sales, '--items', items], invocation);
}

/** An experiment whose stages were done before. */
export function submitted(home: ServedHome, name: string): Promise<void> {
  const manifest = [
    `name: ${name}`,
    'question: Is it there?',
    'arms: [{name: popularity, method: popularity}]',
    'settings: {method: popularity}',
  ];
  return submit(home, manifest);
}

/** An experiment with a trial whose training ends before any of its epochs may be kept. */
export function submittedToFail(home: ServedHome, name: string): Promise<void> {
  const settings =
    'settings: {method: backbone, backbone: {dimension: 8, layers: 1}, warmUp: {epochs: 1}, training: {epochs: 1}, enrichment: {start: 5}}';
  return submit(home, [`name: ${name}`, 'question: Does it fail?', settings]);
}

/** As if the hours that its manifest gives it were over. */
export function stoppedAtItsHours({ invocation }: ServedHome, experiment: string): void {
  const reason = JSON.stringify({ code: 'HOURS', message: 'Stopped after 2 hours of work.' });
  const ofExperiment = `revision_id IN (SELECT id FROM revisions WHERE experiment = '${experiment}')`;
  changeRows(invocation.home, `UPDATE submissions SET state = 'paused', reason = '${reason}' WHERE ${ofExperiment}`);
}

async function submit({ url }: ServedHome, lines: readonly string[]): Promise<void> {
  const request = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ manifest: sprintManifest(lines) }),
  };
  const answer = await fetch(`${url}/api/v1/submissions`, request);
  if (!answer.ok) throw new Error(`${String(lines[0])} was not submitted: ${await answer.text()}`);
}

/** Of a second server on the same rows. */
export function withAccounts({ invocation: { home, environment } }: ServedHome): Invocation {
  return { home, environment: { ...environment, SPRINTLAB_AUTH: 'tokens' } };
}
