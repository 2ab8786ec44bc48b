import type { DatabaseTarget } from '#platform/config/config.ts';
import { raw, sql, type Sql } from './sql.ts';

type Engine = DatabaseTarget['engine'];

/** A number within JSON that is kept as text, by its path from the outside in; NULL where there is none. */
export function jsonNumber(engine: Engine, column: string, path: readonly string[]): Sql {
  if (engine === 'sqlite') {
    const value = sqliteValue(column, path);
    return sql`CASE WHEN typeof(${value}) IN ('integer', 'real') THEN ${value} END`;
  }
  const value = postgresValue(column, path);
  return sql`CASE WHEN jsonb_typeof(${value}) = 'number' THEN CAST(${value} #>> '{}' AS DOUBLE PRECISION) END`;
}

/** A text, or whatever else as it is written in JSON. */
export function jsonText(engine: Engine, column: string, path: readonly string[]): Sql {
  if (engine === 'sqlite') {
    const [value, type] = [sqliteValue(column, path), sqliteType(column, path)];
    return sql`CASE ${type} WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(${value} AS TEXT) END`;
  }
  return sql`(${postgresValue(column, path)} #>> '{}')`;
}

export function jsonFlag(engine: Engine, column: string, path: readonly string[]): Sql {
  if (engine === 'sqlite') return sql`CASE ${sqliteType(column, path)} WHEN 'true' THEN 1 WHEN 'false' THEN 0 END`;
  const value = postgresValue(column, path);
  return sql`CASE WHEN jsonb_typeof(${value}) = 'boolean' THEN CAST(${value} #>> '{}' AS BOOLEAN) END`;
}

function sqliteValue(column: string, path: readonly string[]): Sql {
  return sql`json_extract(${raw(column)}, ${sqlitePath(path)})`;
}

function sqliteType(column: string, path: readonly string[]): Sql {
  return sql`json_type(${raw(column)}, ${sqlitePath(path)})`;
}

function sqlitePath(path: readonly string[]): string {
  return `$${path.map((part) => `."${part.replaceAll('"', '')}"`).join('')}`;
}

function postgresValue(column: string, path: readonly string[]): Sql {
  return sql`(CAST(${raw(column)} AS jsonb) #> CAST(${`{${path.map((part) => `"${part.replaceAll(/["\\]/g, '')}"`).join()}}`} AS text[]))`;
}
