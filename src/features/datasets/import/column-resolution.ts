import { nearestWord } from '#kernel/nearest-word.ts';
import {
  findColumns,
  suggestColumns,
  type ColumnPositions,
  type ColumnRole,
  type InteractionRole,
  type ItemRole,
  type NamedColumns,
} from '../domain/column-roles.ts';
import { DataFileError } from './data-file-error.ts';
import type { ImportRequest } from './import-request.ts';
import { formatOf } from './open-table.ts';
import type { Table } from './table.ts';

export type InteractionPositions = ColumnPositions<InteractionRole> & { readonly item: number };
export type ItemPositions = ColumnPositions<ItemRole> & { readonly item: number };

const INTERACTION_ROLES = ['user', 'item', 'time', 'order', 'rating', 'session', 'split'] as const;
const ITEM_ROLES = ['title', 'categories'] as const;

export class MissingColumnError extends DataFileError<'MISSING_COLUMN'> {
  constructor(table: Pick<Table, 'file' | 'header'>, roles: readonly ColumnRole[], name: string | undefined) {
    const role = roles.join(' or ');
    super('MISSING_COLUMN', {
      file: table.file,
      line: 1,
      path: name === undefined ? role : `column ${name}`,
      problem: name === undefined ? `no column is named for ${role}` : `there is no column of this name for ${role}`,
      allowed: `a column of the header: ${table.header.map((column) => JSON.stringify(column)).join(', ')}`,
      suggestion: name === undefined ? suggestColumns(table.header) : nearestWord(name, table.header),
    });
  }
}

/**
 * The columns of the interactions by role.
 * @throws MissingColumnError for a named column that is not there, and without an item or without both user and session.
 */
export function resolveInteractionColumns(table: Table, request: ImportRequest): InteractionPositions {
  const { columns: named } = request;
  const positions = findColumns(table.header, INTERACTION_ROLES, named, formatOf(table.file, request.format));
  for (const role of INTERACTION_ROLES) {
    if (named[role] !== undefined && positions[role] === undefined)
      throw new MissingColumnError(table, [role], named[role]);
  }
  const { item, user, session, rating } = positions;
  if (item === undefined) throw new MissingColumnError(table, ['item'], undefined);
  if (user === undefined && session === undefined) throw new MissingColumnError(table, ['user', 'session'], undefined);
  if (request.minRating !== null && rating === undefined) throw new MissingColumnError(table, ['rating'], undefined);
  return { ...positions, item };
}

/**
 * The columns of one item file by role. A named title or categories may stand in another file, so it is not missed here.
 * @throws MissingColumnError without an item, and without both title and categories.
 */
export function resolveItemColumns(table: Table, request: ImportRequest): ItemPositions {
  const { columns: named } = request;
  const format = formatOf(table.file, request.format);
  // Conventions may call the item by another name here than among the interactions (asin, parent_asin).
  const { item = findColumns(table.header, ['item'], {}, format).item } = findColumns(
    table.header,
    ['item'],
    named,
    format,
  );
  if (item === undefined) throw new MissingColumnError(table, ['item'], named.item);
  const positions = findColumns(table.header, ITEM_ROLES, named, format);
  if (positions.title === undefined && positions.categories === undefined)
    throw new MissingColumnError(table, ITEM_ROLES, named.title ?? named.categories);
  return { ...positions, item };
}

/** @throws MissingColumnError for a named title or categories that no item file has. */
export function assertItemColumnsFound(
  named: NamedColumns,
  tables: readonly Pick<Table, 'file' | 'header'>[],
  interactions: string,
): void {
  const header = [...new Set(tables.flatMap((table) => table.header))];
  for (const role of ITEM_ROLES) {
    const name = named[role];
    if (name === undefined || header.includes(name)) continue;
    throw new MissingColumnError({ file: tables[0]?.file ?? interactions, header }, [role], name);
  }
}
