import type { DatabaseTarget } from '#platform/config/config.ts';
import { sql, type Sql } from './sql.ts';

/** Many keys as one value: `key IN (${keyList(engine, keys)})`, however many there are. */
export function keyList(engine: DatabaseTarget['engine'], keys: readonly string[]): Sql {
  const list = JSON.stringify(keys);
  return engine === 'sqlite'
    ? sql`SELECT value FROM json_each(${list})`
    : sql`SELECT jsonb_array_elements_text(CAST(${list} AS jsonb))`;
}
