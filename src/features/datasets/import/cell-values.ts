import { LATEST_SECONDS, parseInstant, parseNumber, type TimeUnit } from '../domain/time-unit.ts';
import { BrokenRowError, type KnownPlace } from './data-file-error.ts';
import { placeOfCell, textOf, type Cell, type Row, type Table } from './table.ts';

type CellPlace = Omit<KnownPlace, 'problem'>;

export class InvalidIdError extends BrokenRowError<'INVALID_ID'> {
  constructor(place: CellPlace, cell: Cell) {
    const problem = isEmpty(cell) ? 'the id is empty' : `${shown(cell)} is no id`;
    super('INVALID_ID', { ...place, problem, allowed: 'a text, or a whole number below 2^53' });
  }
}

export class InvalidNumberError extends BrokenRowError<'INVALID_NUMBER'> {
  constructor(place: CellPlace, cell: Cell, allowed: string) {
    super('INVALID_NUMBER', { ...place, problem: `${shown(cell)} is not a finite number`, allowed });
  }
}

export class InvalidInstantError extends BrokenRowError<'INVALID_INSTANT'> {
  constructor(place: CellPlace, cell: Cell) {
    const allowed = 'ISO 8601, for instance 2014-07-23T10:15:00Z (--time-unit s or ms for numbers)';
    super('INVALID_INSTANT', { ...place, problem: `${shown(cell)} is no date or time`, allowed });
  }
}

export class MillisecondsAsSecondsError extends BrokenRowError<'MILLISECONDS_AS_SECONDS'> {
  constructor(place: CellPlace, seconds: number) {
    const problem = `${seconds} seconds since 1970 is after the year 5000`;
    super('MILLISECONDS_AS_SECONDS', { ...place, problem, allowed: 'seconds; milliseconds need --time-unit ms' });
  }
}

/** @throws InvalidIdError for an empty cell, and for a number that JSON may have rounded. */
export function readId(table: Table, row: Row, position: number): string {
  const cell = row.cells[position];
  if (typeof cell === 'string' && cell.trim() !== '') return cell;
  if (typeof cell === 'number' && Number.isSafeInteger(cell)) return String(cell);
  throw new InvalidIdError(placeOfCell(table, row, position), cell);
}

/** @throws InvalidNumberError unless the cell is a finite number. */
export function readNumber(table: Table, row: Row, position: number, allowed = 'a number such as 4.5'): number {
  const cell = row.cells[position];
  const value = typeof cell === 'string' ? parseNumber(cell) : cell;
  // JSON has no infinity, but what is too large for a double becomes one.
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new InvalidNumberError(placeOfCell(table, row, position), cell, allowed);
}

/**
 * Seconds since 1970.
 * @throws InvalidNumberError, InvalidInstantError, or MillisecondsAsSecondsError for milliseconds that were called seconds.
 */
export function readTime(table: Table, row: Row, position: number, unit: TimeUnit): number {
  if (unit === 'iso') return readInstant(table, row, position);
  const name = unit === 's' ? 'seconds' : 'milliseconds';
  const time = readNumber(table, row, position, `${name} since 1970 (--time-unit s | ms | iso)`);
  if (unit === 'ms') return time / 1000;
  if (time > LATEST_SECONDS) throw new MillisecondsAsSecondsError(placeOfCell(table, row, position), time);
  return time;
}

/** Without the blanks around it; `null` where there is nothing. */
export function readTitle(row: Row, position: number): string | null {
  const text = textOf(row.cells[position]).trim();
  return text === '' ? null : text;
}

function readInstant(table: Table, row: Row, position: number): number {
  const cell = row.cells[position];
  const time = typeof cell === 'string' ? parseInstant(cell) : null;
  if (time !== null) return time;
  throw new InvalidInstantError(placeOfCell(table, row, position), cell);
}

function shown(cell: Cell): string {
  if (isEmpty(cell)) return 'an empty field';
  return typeof cell === 'number' ? String(cell) : JSON.stringify(cell);
}

function isEmpty(cell: Cell): cell is undefined | null | string {
  return cell === undefined || cell === null || (typeof cell === 'string' && cell.trim() === '');
}
