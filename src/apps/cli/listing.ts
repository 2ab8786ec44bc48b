import { InvalidArgumentError, type Command } from 'commander';
import { DomainError } from '#kernel/domain-error.ts';
import { fieldsNamed, type FieldKind, type FilterFields } from '#kernel/filter/filter-fields.ts';
import { itemFilter } from '#kernel/filter/item-filter.ts';
import { parseFilter } from '#kernel/filter/parse-filter.ts';
import type { Page } from '#kernel/page.ts';

export interface ListOptions {
  readonly json?: boolean;
  readonly filter?: string;
  readonly limit: number;
  readonly after?: string;
}

/** One line of a list: plain values by name. */
export type ListItem = Readonly<Record<string, string | number | boolean | null>>;

export class UnknownCursorError extends DomainError<'UNKNOWN_CURSOR'> {
  constructor(cursor: string) {
    super('UNKNOWN_CURSOR', `--after ${cursor}: no item of this list has that id; leave --after out to begin anew.`);
  }
}

/** The options of every list. */
export function listing(command: Command): Command {
  return command
    .option(
      '--filter <terms>',
      'only what matches: = != < <= > >= ~ (contains), in (…), is null, and, or, not; "status=failed and createdAt > -7d"',
    )
    .option('--limit <count>', 'at most so many', wholeNumber, 100)
    .option('--after <cursor>', 'go on after the `next` of an earlier page');
}

/**
 * The part of a list that was asked for. The cursor is the `id` of the last item before, which need not match the filter
 * any more: a status changes while somebody pages.
 * @throws InvalidFilterError, UnknownCursorError
 */
export function pageOf<Item extends ListItem>(
  items: readonly Item[],
  id: string & keyof Item,
  options: ListOptions,
  now = new Date(),
): Page<Item> {
  const matches = itemFilter(parseFilter(options.filter ?? ''), fieldsOfItems(items), now);
  const matching = itemsAfter(items, id, options.after).filter(matches);
  const page = matching.slice(0, options.limit);
  const last = page.at(-1);
  const hasMore = last !== undefined && matching.length > page.length;
  return { items: page, next: hasMore ? String(last[id]) : null };
}

function itemsAfter<Item extends ListItem>(
  items: readonly Item[],
  id: string & keyof Item,
  cursor: string | undefined,
): readonly Item[] {
  if (cursor === undefined) return items;
  const at = items.findIndex((item) => item[id] === cursor);
  if (at < 0) throw new UnknownCursorError(cursor);
  return items.slice(at + 1);
}

export function wholeNumber(text: string): number {
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

/** From 0. */
export function naturalNumber(text: string): number {
  if (!/^(0|[1-9][0-9]{0,9})$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 0.');
  return Number(text);
}

export function finiteNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('It must be a number.');
  return value;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;

/** The fields of a list, each of the kind of its values. An empty list has no fields to check against, and nothing to leave out. */
function fieldsOfItems(items: readonly ListItem[]): FilterFields {
  const names = Object.keys(items[0] ?? {});
  const fields = Object.fromEntries(
    names.map((name) => [name, { kind: kindOf(items.map((item) => item[name] ?? null)) } as const]),
  );
  return items.length === 0 ? { names, find: () => ({ kind: 'any' }) } : fieldsNamed(fields);
}

function kindOf(values: readonly (string | number | boolean | null)[]): FieldKind {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return 'any';
  if (known.every((value) => typeof value === 'number')) return 'number';
  if (known.every((value) => typeof value === 'boolean')) return 'flag';
  return known.every((value) => typeof value === 'string' && INSTANT.test(value)) ? 'time' : 'text';
}
