import { z } from 'zod';
import { DomainError, placeOf } from './domain-error.ts';
import { summaryOf, type FilterFields } from './filter/filter-fields.ts';
import { itemFilter, valueAt } from './filter/item-filter.ts';
import { parseFilter } from './filter/parse-filter.ts';
import { nearestWord } from './nearest-word.ts';
import type { Page } from './page.ts';

const MOST_ITEMS = 2_000;

/** What every list can be asked for, as a query of HTTP says it. */
export const listQuery = {
  limit: z.coerce.number().int().min(1).max(MOST_ITEMS).default(100),
  after: z.string().max(4_000).optional(),
  sort: z.string().max(400).optional(),
  filter: z.string().max(12_000).optional(),
  fields: z.string().max(1_000).optional(),
};

export interface ListQuery {
  readonly limit: number;
  /** The `next` of an earlier page. */
  readonly after?: string | undefined;
  /** `-createdAt,name` */
  readonly sort?: string | undefined;
  readonly filter?: string | undefined;
}

export interface SortKey {
  readonly field: string;
  readonly isDescending: boolean;
}

export type CursorValue = string | number | boolean | null;

export class InvalidSortError extends DomainError<'INVALID_SORT'> {
  constructor(field: string, fields: FilterFields) {
    const problem = `there is no field ${JSON.stringify(field)} to sort by`;
    const allowed = summaryOf(fields);
    const suggestion = nearestWord(field, fields.names);
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    super('INVALID_SORT', `Sort: ${problem}.${hint} There are: ${allowed}; a minus before one turns it round.`, [
      placeOf({ path: 'sort', problem, allowed, suggestion }),
    ]);
  }
}

export class UnknownCursorError extends DomainError<'UNKNOWN_CURSOR'> {
  constructor() {
    const problem = 'the cursor is not one of this list in this order';
    super('UNKNOWN_CURSOR', `After: ${problem}; leave it out to begin anew.`, [placeOf({ path: 'after', problem })]);
  }
}

/** @throws InvalidSortError */
export function parseSort(text: string, fields: FilterFields): readonly SortKey[] {
  const parts = text.split(',').filter((part) => part.trim() !== '');
  return parts.map((part) => {
    const [, minus = '', field = ''] = /^\s*([+-]?)(.*?)\s*$/.exec(part) ?? [];
    if (fields.find(field) === null) throw new InvalidSortError(field.slice(0, 100), fields);
    return { field, isDescending: minus === '-' };
  });
}

/** A place in a list: the values of the last item that its order goes by, and its id. It outlives the item. */
export function encodeCursor(keys: readonly SortKey[], values: readonly CursorValue[], id: string): string {
  return Buffer.from(JSON.stringify([spelled(keys), ...values, id])).toString('base64url');
}

/** @throws UnknownCursorError */
export function decodeCursor(
  cursor: string,
  keys: readonly SortKey[],
): { readonly values: readonly CursorValue[]; readonly id: string } {
  const parsed = cursorSchema.safeParse(jsonOf(Buffer.from(cursor, 'base64url').toString()));
  if (!parsed.success) throw new UnknownCursorError();
  const [order, ...rest] = parsed.data;
  const id = rest.pop();
  if (order !== spelled(keys) || typeof id !== 'string' || rest.length !== keys.length) throw new UnknownCursorError();
  return { values: rest, id };
}

const cursorSchema = z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).min(2);

function spelled(keys: readonly SortKey[]): string {
  return keys.map(({ field, isDescending }) => `${isDescending ? '-' : ''}${field}`).join();
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

export interface ItemList<Item extends object> {
  readonly fields: FilterFields;
  readonly idOf: (item: Item) => string;
  readonly now: Date;
}

/**
 * A page of things that are all in the memory, in the order that is asked for, of equal ones that in which they are given.
 * @throws InvalidFilterError, InvalidSortError, UnknownCursorError
 */
export function pageOfItems<Item extends object>(
  items: readonly Item[],
  { limit, after, sort = '', filter = '' }: ListQuery,
  { fields, idOf, now }: ItemList<Item>,
): Page<Item> {
  const matches = itemFilter(parseFilter(filter), fields, now);
  const keys = parseSort(sort, fields);
  const places = items.map((item, index) => ({
    item,
    index,
    values: keys.map(({ field }) => cursorValue(item, field)),
  }));
  const ordered = places.sort((left, right) => orderOf(left.values, right.values, keys) || left.index - right.index);
  const left =
    after === undefined ? ordered : ordered.slice(placeAfter(ordered, decodeCursor(after, keys), { keys, idOf }));
  const matching = left.filter(({ item }) => matches(item));
  const page = matching.slice(0, limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && matching.length > page.length;
  return {
    items: page.map(({ item }) => item),
    next: hasMore ? encodeCursor(keys, last.values, idOf(last.item)) : null,
  };
}

/** Behind the item of the cursor; where that is gone, behind what would have come before it. */
function placeAfter<Item extends object>(
  ordered: readonly { readonly item: Item; readonly values: readonly CursorValue[] }[],
  { values, id }: ReturnType<typeof decodeCursor>,
  { keys, idOf }: { readonly keys: readonly SortKey[]; readonly idOf: (item: Item) => string },
): number {
  const at = ordered.findIndex(({ item }) => idOf(item) === id);
  if (at >= 0) return at + 1;
  if (keys.length === 0) throw new UnknownCursorError();
  const later = ordered.findIndex((place) => orderOf(place.values, values, keys) > 0);
  return later < 0 ? ordered.length : later;
}

/** What is absent comes last in either direction. */
function orderOf(left: readonly CursorValue[], right: readonly CursorValue[], keys: readonly SortKey[]): number {
  for (const [index, { isDescending }] of keys.entries()) {
    const [mine, yours] = [left[index] ?? null, right[index] ?? null];
    if (mine === yours) continue;
    if (mine === null || yours === null) return mine === null ? 1 : -1;
    return mine < yours !== isDescending ? -1 : 1;
  }
  return 0;
}

function cursorValue(item: object, field: string): CursorValue {
  const value = valueAt(item, field);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value instanceof Date ? value.toISOString() : null;
}
