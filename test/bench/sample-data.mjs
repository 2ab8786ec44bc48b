import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { loadBuilt } from './built.mjs';
import { runStage } from './stage-run.mjs';

const BEAUTY = fileURLToPath(new URL('../../../shared/data/amazon-beauty', import.meta.url));

/** The size of `amazon-beauty`, for the stand-in. */
const USERS = 22_363;
const ITEMS = 12_101;
const HEADER = 'user_id\titem_id\ttimestamp\tposition';

export const PROTOCOL = { sessions: 'history', split: 'leave-one-out', minItemCount: 1, minLength: 2 };

/**
 * Histories to train on and to rank: `amazon-beauty` where it is, else random ones of its size.
 * @returns {Promise<{ label: string, interactions: string, items: string | null }>} Files.
 */
export async function histories(folder) {
  if (existsSync(BEAUTY))
    return {
      label: 'amazon-beauty',
      interactions: join(BEAUTY, 'interactions.tsv'),
      items: join(BEAUTY, 'items.tsv'),
    };
  const file = join(folder, 'histories.tsv');
  await writeFile(file, [HEADER, ...randomHistories(), ''].join('\n'));
  return { label: `random histories of the size of amazon-beauty`, interactions: file, items: null };
}

/** Writes `interactions.safetensors` and what the sessions stage makes of it; returns the files by name. */
export async function sessionsOf({ interactions }, folder) {
  const { encodeInteractions } = await loadBuilt('science/sessions/interactions.js');
  const file = (name) => join(folder, `${name}.safetensors`);
  await writeFile(file('interactions'), encodeInteractions(columnsOf(rowsOf(interactions))));
  await runStage({ kind: 'sessions', parameters: PROTOCOL, inputs: { interactions: file('interactions') }, folder });
  return Object.fromEntries(['interactions', 'train', 'valid', 'test'].map((name) => [name, file(name)]));
}

/** The same histories as RecBole's atomic file, in which time is the position: the days of the data leave ties open. */
export async function writeAtomicFile({ interactions }, file) {
  const lines = rowsOf(interactions).map(([user, item, , position]) => `${user}\t${item}\t${position}`);
  await writeFile(file, ['user_id:token\titem_id:token\ttimestamp:float', ...lines, ''].join('\n'));
}

/** Many rows for the import: 100 thousand items, a user for every ten rows, mixed. */
export async function writeManyRows(file, rows) {
  const random = randomNumbers(12_345);
  const out = createWriteStream(file);
  out.write('user_id\titem_id\ttimestamp\n');
  for (let row = 0; row < rows;) {
    let block = '';
    for (const end = Math.min(rows, row + 20_000); row < end; row++)
      block += `u${Math.floor((random() * rows) / 10)}\ti${Math.floor(random() * 1e5)}\t${1.3e9 + row}\n`;
    if (!out.write(block)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

function* randomHistories() {
  const random = randomNumbers(1);
  for (let user = 1; user <= USERS; user++) {
    // At least 5 items and 8.9 in the mean; popularity falls with the number of the item.
    const length = 5 + Math.floor(-3.9 * Math.log(1 - random()));
    for (let position = 0; position < length; position++)
      yield [user, 1 + Math.floor(ITEMS * random() ** 2), 1.3e9 + 86_400 * position, position].join('\t');
  }
}

function rowsOf(file) {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n').slice(1);
  return lines.map((line) => line.split('\t').map(Number));
}

function columnsOf(rows) {
  return {
    user: Int32Array.from(rows, ([user]) => user - 1),
    item: Int32Array.from(rows, ([, item]) => item - 1),
    time: Float64Array.from(rows, ([, , time]) => time),
    order: Float64Array.from(rows, ([, , , position]) => position),
    session: null,
    split: null,
  };
}

/** Numbers in [0, 1), the same each time (mulberry32). */
function randomNumbers(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
