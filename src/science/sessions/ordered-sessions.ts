import { columnOf, type Interactions } from './interactions.ts';
import type { SessionRule } from './protocol.ts';

/** Sessions as rows of the data, so that a filter moves one number an interaction and loses no column. */
export interface Sessions {
  /** (n + 1): session i has the rows `rows[offsets[i]..offsets[i + 1]]`. */
  readonly offsets: Int32Array;
  /** Rows of the interactions, oldest first. */
  readonly rows: Int32Array;
  /** (n): number of the session, ascending. */
  readonly session: Int32Array;
}

const SECONDS_A_DAY = 86_400;

/**
 * Orders the interactions and cuts them into sessions. Order: by user (given sessions: by session), then `order` if the data
 * have it, else time, else the order of the input, which also breaks ties. Numbers: given sessions keep their index, others are
 * counted by user and then time. The columns that the rule needs are there (`assertProtocolFits`).
 */
export function orderedSessions(interactions: Interactions, rule: SessionRule): Sessions {
  const byUser = rule !== 'given';
  const groups = columnOf(interactions, byUser ? 'user' : 'session');
  const grouped = groupRows(groups);
  sortWithinGroups(grouped, interactions.order ?? interactions.time);
  const sessions = cut(grouped, startsSession(interactions, rule));
  return byUser
    ? sessions
    : { ...sessions, session: sessions.offsets.slice(0, -1).map((at) => groups[sessions.rows[at]!]!) };
}

/** How many sessions have two different items at one place of the order, so that only the order of the input decides. */
export function sessionsWithOrderTies({ offsets, rows, session }: Sessions, interactions: Interactions): number {
  const key = interactions.order ?? interactions.time;
  if (key === null) return 0;
  let open = 0;
  for (let position = 0; position < session.length; position++) {
    const end = offsets[position + 1]!;
    for (let at = offsets[position]! + 1; at < end; at++) {
      const [before, row] = [rows[at - 1]!, rows[at]!];
      if (key[before] !== key[row] || interactions.item[before] === interactions.item[row]) continue;
      open += 1;
      break;
    }
  }
  return open;
}

/**
 * The same sessions over columns that lie in their order, without those that only served to order them: the passes that follow
 * then read memory in a line, which for millions of rows in a mixed input is several times faster than to jump in it.
 */
export function laidInOrder(
  { offsets, rows, session }: Sessions,
  { item, time, split }: Interactions,
): { readonly sessions: Sessions; readonly interactions: Interactions } {
  const interactions = {
    item: gathered(item, rows, new Int32Array(rows.length)),
    user: null,
    time: time && gathered(time, rows, new Float64Array(rows.length)),
    order: null,
    session: null,
    split: split && gathered(split, rows, new Uint8Array(rows.length)),
  };
  return { sessions: { offsets, rows: rows.map((_, at) => at), session }, interactions };
}

/** A loop, because `from` of a typed array takes four times as long. */
function gathered<Column extends Int32Array | Float64Array | Uint8Array>(
  column: Column,
  rows: Int32Array,
  into: Column,
): Column {
  for (let at = 0; at < rows.length; at++) into[at] = column[rows[at]!]!;
  return into;
}

interface GroupedRows {
  readonly offsets: Int32Array;
  readonly rows: Int32Array;
}

/** A counting sort: linear, stable, and two arrays are all it takes. */
function groupRows(groups: Int32Array): GroupedRows {
  const groupCount = groups.reduce((most, group) => Math.max(most, group), -1) + 1;
  const offsets = new Int32Array(groupCount + 1);
  for (const group of groups) offsets[group + 1]! += 1;
  for (let group = 0; group < groupCount; group++) offsets[group + 1]! += offsets[group]!;
  const next = offsets.slice();
  const rows = new Int32Array(groups.length);
  for (let row = 0; row < groups.length; row++) rows[next[groups[row]!]!++] = row;
  return { offsets, rows };
}

function sortWithinGroups({ offsets, rows }: GroupedRows, key: Float64Array | null): void {
  if (key === null) return;
  // The sort is stable, so equal keys keep the order of the input.
  const byKey = (left: number, right: number): number => key[left]! - key[right]!;
  for (let group = 0; group + 1 < offsets.length; group++) {
    const ofGroup = rows.subarray(offsets[group], offsets[group + 1]);
    if (!isSorted(ofGroup, key)) ofGroup.sort(byKey);
  }
}

/** Most data come in order; to look is cheaper than to sort. */
function isSorted(rows: Int32Array, key: Float64Array): boolean {
  for (let at = 1; at < rows.length; at++) if (key[rows[at - 1]!]! > key[rows[at]!]!) return false;
  return true;
}

type StartsSession = (row: number, before: number) => boolean;

function startsSession(interactions: Interactions, rule: SessionRule): StartsSession {
  if (rule === 'history' || rule === 'given') return () => false;
  const time = columnOf(interactions, 'time');
  if (rule === 'same-day') return (row, before) => utcDay(time[row]!) !== utcDay(time[before]!);
  return (row, before) => time[row]! - time[before]! > rule.gapSeconds;
}

function utcDay(seconds: number): number {
  return Math.floor(seconds / SECONDS_A_DAY);
}

function cut(groups: GroupedRows, starts: StartsSession): Sessions {
  const { rows } = groups;
  const offsets = new Int32Array(rows.length + 1);
  let count = 0;
  for (let group = 0; group + 1 < groups.offsets.length; group++) {
    const [begin, end] = [groups.offsets[group]!, groups.offsets[group + 1]!];
    for (let at = begin; at < end; at++) if (at === begin || starts(rows[at]!, rows[at - 1]!)) offsets[count++] = at;
  }
  offsets[count] = rows.length;
  return {
    offsets: offsets.slice(0, count + 1),
    rows,
    session: Int32Array.from({ length: count }, (_, index) => index),
  };
}
