import type { TableColumnOptions, TableOptions } from 'typeorm';
import { columns } from './columns.ts';
import { toSnakeCase } from './snake-case-naming.ts';

type Kind = keyof typeof columns;
interface Column {
  readonly is: Kind;
  readonly primary?: true;
  readonly nullable?: true;
}

/** A table as a migration writes it: names as in the code, kinds of columns from the dictionary. */
export interface TableSketch {
  readonly name: string;
  readonly columns: Readonly<Record<string, Kind | Column>>;
  readonly indices?: Readonly<Record<string, { readonly columns: readonly string[]; readonly unique?: true }>>;
  /** `[column, table, referenced column, cascade?]` */
  readonly references?: readonly (readonly [string, string, string, 'CASCADE'?])[];
}

export const primaryKey: Column = { is: 'key', primary: true };

export function toTable(sketch: TableSketch): TableOptions {
  return {
    name: sketch.name,
    columns: Object.entries(sketch.columns).map(([name, column]) => toColumn(name, column)),
    indices: Object.entries(sketch.indices ?? {}).map(([name, index]) => ({
      name,
      columnNames: index.columns.map(toSnakeCase),
      isUnique: index.unique ?? false,
    })),
    foreignKeys: (sketch.references ?? []).map(([column, table, referenced, onDelete]) => ({
      columnNames: [toSnakeCase(column)],
      referencedTableName: table,
      referencedColumnNames: [toSnakeCase(referenced)],
      onDelete: onDelete ?? 'NO ACTION',
    })),
  };
}

function toColumn(name: string, column: Kind | Column): TableColumnOptions {
  const { is, primary, nullable } =
    typeof column === 'string' ? { is: column, primary: undefined, nullable: undefined } : column;
  const dictionary = columns[is];
  return {
    name: toSnakeCase(name),
    type: dictionary.type,
    ...('length' in dictionary ? { length: String(dictionary.length) } : {}),
    isPrimary: primary ?? false,
    isNullable: nullable ?? false,
  };
}
