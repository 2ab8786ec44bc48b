import type { JsonValue } from '#kernel/json.ts';
import { DataFileError, type BrokenRowError } from './data-file-error.ts';

/** A text in delimited files, any value in JSON lines; `undefined` where the object has no such key. */
export type Cell = JsonValue | undefined;

export interface Row {
  /** 1-based; of a row over several lines, its first. */
  readonly line: number;
  /** One cell for each column of the header. */
  readonly cells: readonly Cell[];
  /** The line is the cells joined by one character each, so that the column of a cell in the line can be told. */
  readonly isPlain: boolean;
}

/** A data file behind its header, of whatever format. */
export interface Table {
  readonly file: string;
  readonly header: readonly string[];
  /** The columns whose texts are lists of words separated by spaces (RecBole's `token_seq`). */
  readonly wordLists: ReadonlySet<string>;
  /** Rows in blocks, and in place of a broken row the reason. */
  readonly blocks: AsyncIterable<readonly (Row | BrokenRowError)[]>;
  /** Closes the file; harmless after `blocks` was read to its end. */
  close(): Promise<void>;
}

export class DuplicateHeaderError extends DataFileError<'DUPLICATE_HEADER'> {
  constructor(file: string, line: number, name: string) {
    const problem = `the header names the column ${JSON.stringify(name)} twice`;
    super('DUPLICATE_HEADER', { file, line, path: `column ${name}`, problem, allowed: 'a name of its own for each' });
  }
}

/** @throws DuplicateHeaderError if a name could mean two columns. */
export function assertDistinct(header: readonly string[], file: string, line: number): void {
  const twice = header.find((name, position) => header.indexOf(name) !== position);
  if (twice !== undefined) throw new DuplicateHeaderError(file, line, twice);
}

/** The text of a cell; empty where it holds none. */
export function textOf(cell: Cell): string {
  return typeof cell === 'string' || typeof cell === 'number' ? String(cell) : '';
}

/** Where a cell stands: file, line, column if it can be told, and the name of its column. */
export function placeOfCell(table: Table, row: Row, position: number) {
  return { file: table.file, line: row.line, column: columnOfCell(row, position), path: pathOfCell(table, position) };
}

function columnOfCell(row: Row, position: number): number | null {
  if (!row.isPlain) return null;
  return row.cells.slice(0, position).reduce((column: number, cell) => column + textOf(cell).length + 1, 1);
}

function pathOfCell(table: Table, position: number): string {
  return `column ${table.header[position] ?? String(position + 1)}`;
}
