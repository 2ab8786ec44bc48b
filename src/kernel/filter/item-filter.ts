import { fieldNamed, type FilterField, type FilterFields } from './filter-fields.ts';
import { filterValue, type FilterValue } from './filter-value.ts';
import type { Filter, Operator, Term, Written } from './filter.ts';

/** Is something of a list what was asked for? */
export type Matches = (item: object) => boolean;

/**
 * A filter of things that are all in the memory. What a thing does not have equals nothing: `=`, `<` and the like are false of
 * it, and `!=` and NOT the opposite.
 * @throws InvalidFilterError for a field that there is not, or a value that it cannot have
 */
export function itemFilter(filter: Filter | null, fields: FilterFields, now: Date): Matches {
  if (filter === null) return () => true;
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => itemFilter(part, fields, now));
      return (item) => parts[filter.kind === 'and' ? 'every' : 'some']((matches) => matches(item));
    }
    case 'not': {
      const part = itemFilter(filter.part, fields, now);
      return (item) => !part(item);
    }
    case 'comparison':
    case 'in':
    case 'null':
      return termOf(filter, fieldNamed(fields, filter.field), now);
  }
}

function termOf(term: Term, field: FilterField, now: Date): Matches {
  const name = term.field.text;
  const compared = (operator: Operator, written: Written): Matches => {
    const value = filterValue(field, { operator, written, now });
    return (item) => isSo(valueAt(item, name), operator, value);
  };
  switch (term.kind) {
    case 'null':
      return (item) => (valueAt(item, name) ?? null) === null;
    case 'in': {
      const parts = term.values.map((written) => compared('=', written));
      return (item) => parts.some((matches) => matches(item));
    }
    case 'comparison': {
      if (term.operator !== '!=') return compared(term.operator, term.value);
      const equal = compared('=', term.value);
      return (item) => !equal(item);
    }
  }
}

/** `progress.trials` of `{progress: {trials: 3}}`; a name that has the dot in itself comes first. */
export function valueAt(item: object, name: string): unknown {
  if (Object.hasOwn(item, name)) return (item as Readonly<Record<string, unknown>>)[name];
  const dot = name.indexOf('.');
  if (dot < 0) return undefined;
  const inner = (item as Readonly<Record<string, unknown>>)[name.slice(0, dot)];
  return typeof inner === 'object' && inner !== null ? valueAt(inner, name.slice(dot + 1)) : undefined;
}

function isSo(found: unknown, operator: Operator, { kind, value }: FilterValue): boolean {
  if (found === null || found === undefined) return false;
  if (operator === '~') return textOf(found).toLowerCase().includes(String(value).toLowerCase());
  const own = kind === 'time' ? timeOf(found) : kind === 'text' ? textOf(found) : found;
  return typeof own === typeof value && holds(compare(own as typeof value, value), operator);
}

function compare<Value extends string | number | boolean>(left: Value, right: Value): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function holds(order: number, operator: Exclude<Operator, '~'>): boolean {
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
  }
}

function textOf(found: unknown): string {
  if (found instanceof Date) return found.toISOString();
  return typeof found === 'string' ? found : JSON.stringify(found);
}

function timeOf(found: unknown): number {
  return found instanceof Date ? found.getTime() : Date.parse(textOf(found));
}
