import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';

/** A sparse matrix of zeros and ones: row i has ones in the columns `columns[offsets[i]..offsets[i + 1]]`, ascending. */
export interface Incidence {
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
}

export function columnsOf({ offsets, columns }: Incidence, row: number): Int32Array {
  return columns.subarray(offsets[row], offsets[row + 1]);
}

/** The distinct items of each session; rows are the sessions at these positions of the view. */
export function itemsBySession(view: SessionView, positions: Iterable<number> = view.session.keys()): Incidence {
  const columns = new Int32Array(view.items.length);
  const offsets = new Int32Array(view.session.length + 1);
  let [row, end] = [0, 0];
  for (const position of positions) {
    const begin = end;
    for (const item of itemsOf(view, position).slice().sort())
      if (end === begin || item !== columns[end - 1]) columns[end++] = item;
    offsets[++row] = end;
  }
  return { offsets, columns: columns.slice(0, end) };
}

/** Rows for columns: of the items of sessions, the sessions of items. */
export function transposed({ offsets, columns }: Incidence, columnCount: number): Incidence {
  const ends = new Int32Array(columnCount + 1);
  for (const column of columns) ends[column + 1]! += 1;
  for (let column = 0; column < columnCount; column++) ends[column + 1]! += ends[column]!;
  const next = ends.slice();
  const rows = new Int32Array(columns.length);
  for (let row = 0; row + 1 < offsets.length; row++)
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) rows[next[columns[at]!]!++] = row;
  return { offsets: ends, columns: rows };
}
