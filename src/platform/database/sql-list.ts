import type { FilterFields } from '#kernel/filter/filter-fields.ts';
import type { FilterValue } from '#kernel/filter/filter-value.ts';
import { parseFilter } from '#kernel/filter/parse-filter.ts';
import {
  decodeCursor,
  encodeCursor,
  parseSort,
  UnknownCursorError,
  type CursorValue,
  type ListQuery,
  type SortKey,
} from '#kernel/list-query.ts';
import type { Page } from '#kernel/page.ts';
import type { Database } from './database.ts';
import { joined, raw, sql, type Sql } from './sql.ts';
import { sqlFilter, type SqlField } from './sql-filter.ts';

/** A list that the data base makes, however long it is. */
export interface SqlList {
  /** `id, arm AS arm, …` */
  readonly columns: Sql;
  /** `trials AS trial JOIN …` */
  readonly from: Sql;
  /** What holds whatever is filtered. */
  readonly where?: Sql;
  readonly fields: FilterFields<SqlField>;
  /** A text that tells items apart; of equal ones it decides their order. */
  readonly id: Sql;
  /** The order without another wish. */
  readonly sort: string;
}

export interface SqlPageRequest extends ListQuery {
  readonly now: Date;
}

/**
 * One page. The cursor holds the values that the order goes by, not a number of rows, so that what is added or removed meanwhile
 * neither repeats nor hides an item.
 * @throws InvalidFilterError, InvalidSortError, UnknownCursorError
 */
export async function selectPage<Row extends object>(
  database: Database,
  list: SqlList,
  { limit, after, filter = '', now, ...query }: SqlPageRequest,
): Promise<Page<Row>> {
  const sorted = parseSort(query.sort ?? list.sort, list.fields).flatMap((key) => sortedBy(key, list));
  const keys = sorted.map(({ key }) => key);
  const conditions = [
    list.where ?? sql`1 = 1`,
    sqlFilter(parseFilter(filter), list.fields, now),
    after === undefined ? sql`1 = 1` : isAfter(sorted, list.id, decodeCursor(after, keys)),
  ];
  const values = sorted.map(({ value }, index) => sql`${value} AS ${raw(`sort_${index}`)}`);
  const selected = joined([list.columns, ...values, sql`${list.id} AS item_id`], ', ');
  const found = await database.select<Row & Ordered>(
    sql`SELECT ${selected} FROM ${list.from} WHERE ${joined(conditions, ' AND ')} ORDER BY ${orderBy(sorted, list.id)} LIMIT ${limit + 1}`,
  );
  const rows = found.slice(0, limit);
  const last = found.length > limit ? rows.at(-1) : undefined;
  return { items: rows, next: last === undefined ? null : cursorOf(last, keys) };
}

type Ordered = Readonly<Record<string, CursorValue>> & { readonly item_id: string };

interface Sorted {
  readonly key: SortKey;
  readonly kind: FilterValue['kind'];
  readonly value: Sql;
}

/** What may be of any kind goes by its numbers before its texts: 20 is less than 100. */
function sortedBy(key: SortKey, { fields }: SqlList): readonly Sorted[] {
  const found = fields.find(key.field);
  if (found === null) throw new Error(`Field ${key.field} was found and is gone.`);
  const kinds = found.kind === 'any' ? (['number', 'text'] as const) : [found.kind];
  return kinds.map((kind) => ({ key, kind, value: found.as(kind) }));
}

/** Whoever writes a cursor himself must not have the data base compare what cannot be compared. @throws UnknownCursorError */
function checked(value: CursorValue, kind: FilterValue['kind']): CursorValue {
  if (value === null) return null;
  if (kind === 'text') return String(value);
  if (kind === 'flag') return Boolean(value);
  // Postgres gives large whole numbers as text.
  const number = Number(value);
  if (!Number.isFinite(number)) throw new UnknownCursorError();
  return number;
}

/** What is absent comes last in either direction. */
function orderBy(sorted: readonly Sorted[], id: Sql): Sql {
  const parts = sorted.flatMap(({ key, value }) => [
    sql`CASE WHEN ${value} IS NULL THEN 1 ELSE 0 END`,
    sql`${value} ${raw(key.isDescending ? 'DESC' : 'ASC')}`,
  ]);
  return joined([...parts, sql`${id} ASC`], ', ');
}

function isAfter(sorted: readonly Sorted[], id: Sql, cursor: ReturnType<typeof decodeCursor>): Sql {
  const places = sorted.map(({ kind }, index) => checked(cursor.values[index] ?? null, kind));
  const equal = sorted.map(({ value }, index) => {
    const place = places[index] ?? null;
    return place === null ? sql`${value} IS NULL` : sql`${value} = ${place}`;
  });
  const later = sorted.map(({ key, value }, index) => {
    const place = places[index] ?? null;
    if (place === null) return sql`1 = 0`;
    return sql`(${value} ${raw(key.isDescending ? '<' : '>')} ${place} OR ${value} IS NULL)`;
  });
  const steps = [...later, sql`${id} > ${cursor.id}`];
  const cases = steps.map((step, index) => sql`(${joined([...equal.slice(0, index), step], ' AND ')})`);
  return sql`(${joined(cases, ' OR ')})`;
}

function cursorOf(row: Ordered, keys: readonly SortKey[]): string {
  return encodeCursor(
    keys,
    keys.map((_, index) => row[`sort_${index}`] ?? null),
    row.item_id,
  );
}
