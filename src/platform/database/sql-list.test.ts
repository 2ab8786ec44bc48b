import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openPostgresHome, openSqliteHome, type TestHome } from '../../../test/support/home.ts';
import { fieldsNamed } from '#kernel/filter/filter-fields.ts';
import { jsonFlag, jsonNumber, jsonText } from './json-sql.ts';
import { raw, sql } from './sql.ts';
import type { SqlField } from './sql-filter.ts';
import { selectPage, type SqlList } from './sql-list.ts';

/** What a setting may be: numbers, texts, or nothing. */
const SETTINGS = ['{"k": 100}', '{"k": 5}', '{"k": "some"}', '{}', '{"k": 20.5}', '{"k": "all"}', '{"k": 5}'];

describe.each([
  ['SQLite', openSqliteHome],
  ['Postgres', openPostgresHome],
])('a list on %s', (_, open) => {
  let home: TestHome;
  beforeEach(async () => (home = await open()));
  afterEach(() => home.close());

  /** Ids in the order that is asked for, page after page. */
  async function ordered(sort: string, limit: number): Promise<readonly string[]> {
    const { engine } = home.database;
    const readers = { number: jsonNumber, text: jsonText, flag: jsonFlag, time: jsonText };
    const k: SqlField = { kind: 'any', as: (kind) => readers[kind](engine, 'item.settings', ['k']) };
    const rows = SETTINGS.map((settings, index) => `SELECT '${index}' AS id, '${settings}' AS settings`);
    const list: SqlList = {
      columns: sql`item.id AS id`,
      from: raw(`(${rows.join(' UNION ALL ')}) AS item`),
      fields: fieldsNamed<SqlField>({ k }),
      id: sql`item.id`,
      sort,
    };
    const ids: string[] = [];
    let after: string | undefined;
    do {
      const page = await selectPage<{ readonly id: string }>(home.database, list, { limit, after, now: new Date(0) });
      ids.push(...page.items.map(({ id }) => id));
      after = page.next ?? undefined;
    } while (after !== undefined);
    return ids;
  }

  it.each([1, 2, 100])('goes by numbers, then by texts, and what is absent comes last; %i a page', async (limit) => {
    expect(await ordered('k', limit)).toEqual(['1', '6', '4', '0', '5', '2', '3']);
    expect(await ordered('-k', limit)).toEqual(['0', '4', '1', '6', '2', '5', '3']);
  });
});
