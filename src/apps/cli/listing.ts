import { InvalidArgumentError, type Command } from 'commander';
import { DomainError, placeOf } from '#kernel/domain-error.ts';
import { nearestWord } from '#kernel/nearest-word.ts';
import type { Page } from '#kernel/page.ts';

export interface ListOptions {
  readonly json?: boolean;
  readonly filter?: string;
  readonly limit: number;
  readonly after?: string;
}

/** One line of a list: plain values by name. */
export type ListItem = Readonly<Record<string, string | number | boolean | null>>;

export class InvalidFilterError extends DomainError<'INVALID_FILTER'> {
  constructor(term: string, problem: string, suggestion: string | null = null) {
    const hint = suggestion === null ? '' : ` Did you mean ${suggestion}?`;
    const allowed = 'terms such as status=failed, joined by "and"; != is the opposite';
    super('INVALID_FILTER', `--filter: ${problem}.${hint} Write ${allowed}.`, [
      placeOf({ path: term, problem, allowed, suggestion }),
    ]);
  }
}

export class UnknownCursorError extends DomainError<'UNKNOWN_CURSOR'> {
  constructor(cursor: string) {
    super('UNKNOWN_CURSOR', `--after ${cursor}: no item of this list has that id; leave --after out to begin anew.`);
  }
}

/** The options of every list. */
export function listing(command: Command): Command {
  return command
    .option('--filter <terms>', 'only what matches, for instance "status=failed and kind=sessions"')
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
): Page<Item> {
  const terms = parseFilter(options.filter ?? '', Object.keys(items[0] ?? {}));
  const matching = itemsAfter(items, id, options.after).filter((item) =>
    terms.every(({ field, equal, value }) => (String(item[field]) === value) === equal),
  );
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

interface Term {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

function parseFilter(filter: string, fields: readonly string[]): readonly Term[] {
  if (filter.trim() === '') return [];
  return filter.split(/\s+and(?:\s+|$)/i).map((text) => {
    const [, field, operator, value] = /^\s*([\w.]+)\s*(!?=)\s*"?(.*?)"?\s*$/.exec(text) ?? [];
    if (field === undefined || value === undefined)
      throw new InvalidFilterError(text, `${JSON.stringify(text)} is no term`);
    // An empty list has no fields to check against, and nothing to leave out.
    if (fields.length > 0 && !fields.includes(field)) {
      throw new InvalidFilterError(
        text,
        `there is no ${field}; there are ${fields.join(', ')}`,
        nearestWord(field, fields),
      );
    }
    return { field, equal: operator === '=', value };
  });
}
