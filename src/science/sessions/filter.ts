import { SessionWriter } from './session-writer.ts';
import type { Sessions } from './ordered-sessions.ts';

/** What filtering removed, each interaction under one reason. */
export interface Removed {
  /** Interactions whose item does not stay. */
  readonly items: number;
  /** Interactions with the item of the one before. */
  readonly repeats: number;
  /** What else was in sessions that became too short. */
  readonly inShortSessions: number;
  readonly shortSessions: number;
}

export interface Filtered {
  readonly sessions: Sessions;
  readonly removed: Removed;
}

/** How often each item occurs. */
export function itemCounts({ rows }: Sessions, item: Int32Array, itemCount: number): Int32Array {
  const counts = new Int32Array(itemCount);
  for (const row of rows) counts[item[row]!]! += 1;
  return counts;
}

/**
 * One round: items that do not stay leave, then immediate repeats, then sessions shorter than `minLength`. Of a run of
 * repeats the last interaction stays, so that a session ends when it ended.
 * @param stays by item index, 1 for items that stay; `null` if all do.
 */
export function filterOnce(
  sessions: Sessions,
  item: Int32Array,
  stays: Uint8Array | null,
  minLength: number,
): Filtered {
  const writer = new SessionWriter(sessions);
  const removed = { items: 0, repeats: 0, inShortSessions: 0, shortSessions: 0 };
  const place = (row: number): void => {
    const itemIndex = item[row]!;
    if (stays !== null && stays[itemIndex] === 0) removed.items += 1;
    else if (writer.length > 0 && item[writer.last] === itemIndex) {
      writer.replaceLast(row);
      removed.repeats += 1;
    } else writer.add(row);
  };
  for (let position = 0; position < sessions.session.length; position++) {
    for (let at = sessions.offsets[position]!; at < sessions.offsets[position + 1]!; at++) place(sessions.rows[at]!);
    if (writer.length >= minLength) writer.finish(sessions.session[position]!);
    else {
      removed.inShortSessions += writer.length;
      removed.shortSessions += 1;
      writer.abandon();
    }
  }
  return { sessions: writer.written(), removed };
}

/**
 * Rounds until nothing changes: items with fewer than `minItemCount` occurrences, immediate repeats and short sessions leave.
 * A round only removes, so there is an end, and a second call removes nothing.
 */
export function filterToFixedPoint(
  sessions: Sessions,
  item: Int32Array,
  itemCount: number,
  { minItemCount, minLength }: { readonly minItemCount: number; readonly minLength: number },
): Filtered & { readonly rounds: number } {
  let removed: Removed = { items: 0, repeats: 0, inShortSessions: 0, shortSessions: 0 };
  for (let rounds = 0; ; rounds++) {
    const stays = Uint8Array.from(itemCounts(sessions, item, itemCount), (count) => (count >= minItemCount ? 1 : 0));
    const filtered = filterOnce(sessions, item, stays, minLength);
    if (filtered.sessions.rows.length === sessions.rows.length) return { sessions, removed, rounds };
    sessions = filtered.sessions;
    removed = removedInAll(removed, filtered.removed);
  }
}

export function removedInAll(...parts: readonly Removed[]): Removed {
  const total = (of: keyof Removed): number => parts.reduce((sum, part) => sum + part[of], 0);
  return {
    items: total('items'),
    repeats: total('repeats'),
    inShortSessions: total('inShortSessions'),
    shortSessions: total('shortSessions'),
  };
}
