import { fieldNamed, type FilterField, type FilterFields } from '#kernel/filter/filter-fields.ts';
import { filterValue, type FilterValue } from '#kernel/filter/filter-value.ts';
import type { Filter, Operator, Term, Written } from '#kernel/filter/filter.ts';
import { joined, raw, sql, type Sql } from './sql.ts';

/** A field that the data base compares. */
export interface SqlField extends FilterField {
  /** The expression, as values of a kind are compared with it. */
  readonly as: (kind: FilterValue['kind']) => Sql;
}

/** A column, or an expression over columns, that is the same for values of every kind. */
export function column(kind: SqlField['kind'], expression: string, words?: readonly string[]): SqlField {
  // Postgres would refuse to compare a column of whole numbers with half of one.
  const text = kind === 'number' ? `CAST(${expression} AS DOUBLE PRECISION)` : expression;
  return { kind, as: () => raw(text), ...(words === undefined ? {} : { words }) };
}

/**
 * A filter as a condition of a statement, with the meaning that `itemFilter` gives it: what is absent equals nothing, and NOT is
 * the opposite.
 * @throws InvalidFilterError
 */
export function sqlFilter(filter: Filter | null, fields: FilterFields<SqlField>, now: Date): Sql {
  if (filter === null) return sql`1 = 1`;
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => sqlFilter(part, fields, now));
      return sql`(${joined(parts, filter.kind === 'and' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return sql`(NOT ${sqlFilter(filter.part, fields, now)})`;
    case 'comparison':
    case 'in':
    case 'null':
      return termOf(filter, fieldNamed(fields, filter.field), now);
  }
}

function termOf(term: Term, field: SqlField, now: Date): Sql {
  const compared = (operator: Operator, written: Written): Sql =>
    comparison(field, operator, filterValue(field, { operator, written, now }));
  switch (term.kind) {
    case 'null':
      return sql`(${field.as('text')} IS NULL)`;
    case 'in':
      return sql`(${joined(
        term.values.map((written) => compared('=', written)),
        ' OR ',
      )})`;
    case 'comparison':
      return term.operator === '!=' ? sql`(NOT ${compared('=', term.value)})` : compared(term.operator, term.value);
  }
}

/** Never unknown: of what is absent SQL would say neither yes nor no. */
function comparison(field: SqlField, operator: Operator, { kind, value }: FilterValue): Sql {
  const expression = field.as(kind);
  if (operator !== '~') return sql`COALESCE(${expression} ${raw(operator)} ${value}, FALSE)`;
  const pattern = `%${String(value)
    .toLowerCase()
    .replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  return sql`COALESCE(LOWER(CAST(${expression} AS TEXT)) LIKE ${pattern} ESCAPE ${'\\'}, FALSE)`;
}
