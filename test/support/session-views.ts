import fc from 'fast-check';
import type { SessionView } from '#science/sessions/session-view.ts';

/** A view of sessions 0, 1, ... with these items. */
export function aView(
  sessions: readonly (readonly number[])[],
  known: { readonly itemCount?: number; readonly end?: readonly number[] } = {},
): SessionView {
  let end = 0;
  return {
    itemCount: known.itemCount ?? Math.max(0, ...sessions.flat()),
    offsets: Int32Array.from([0, ...sessions.map((items) => (end += items.length))]),
    items: Int32Array.from(sessions.flat()),
    session: Int32Array.from(sessions.keys()),
    end: known.end === undefined ? null : Float64Array.from(known.end),
  };
}

/** Some sessions over `itemCount` items. */
export function anySessions(itemCount: number): fc.Arbitrary<number[][]> {
  const session = fc.array(fc.integer({ min: 1, max: itemCount }), { minLength: 1, maxLength: 8 });
  return fc.array(session, { minLength: 1, maxLength: 15 });
}
