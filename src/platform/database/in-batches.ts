/** Fewer than either engine takes as parameters of one statement (SQLite 32,766; Postgres 65,535). */
const BATCH = 10_000;

/** Asks for many keys in several statements, and gives all that was found in the order of the keys' batches. */
export async function inBatches<Key, Found>(
  keys: readonly Key[],
  find: (batch: Key[]) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < keys.length; start += BATCH) {
    found.push(...(await find(keys.slice(start, start + BATCH))));
  }
  return found;
}
