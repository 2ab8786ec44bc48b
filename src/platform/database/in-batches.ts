import type { EntitySchema, ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import type { Rows } from './database.ts';

/** Fewer than either engine takes as parameters of one statement (SQLite 32,766; Postgres 65,535). */
const BATCH = 10_000;

/** Asks for many keys in several statements, and gives all that was found in the order of the keys' batches. */
export async function inBatches<Key, Found>(
  keys: readonly Key[],
  find: (batch: Key[]) => Promise<readonly Found[]>,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (let start = 0; start < keys.length; start += BATCH) {
    // Row by row: a key may have many, and spread into one call they could be more arguments than it takes.
    for (const row of await find(keys.slice(start, start + BATCH))) found.push(row);
  }
  return found;
}

/** The same for statements that find nothing. */
export async function eachBatch<Key>(keys: readonly Key[], change: (batch: Key[]) => Promise<unknown>): Promise<void> {
  for (let start = 0; start < keys.length; start += BATCH) await change(keys.slice(start, start + BATCH));
}

/** Rows of one statement: up to about twenty columns each stay below what either engine takes as parameters. */
const ROWS = 1_000;

/** Inserts many rows in several statements. @param absent those only that are not there yet */
export async function insertAll<Row extends ObjectLiteral>(
  rows: Rows,
  entity: EntitySchema<Row>,
  values: readonly QueryDeepPartialEntity<Row>[],
  { absent = false } = {},
): Promise<void> {
  for (let start = 0; start < values.length; start += ROWS) {
    const insert = rows
      .createQueryBuilder()
      .insert()
      .into(entity)
      .values(values.slice(start, start + ROWS));
    await (absent ? insert.orIgnore() : insert).updateEntity(false).execute();
  }
}
