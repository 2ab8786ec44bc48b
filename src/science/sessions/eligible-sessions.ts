import { itemsOf, type SessionView } from './session-view.ts';

/** Below it a context says too little to be profiled. */
const SHORTEST_CONTEXT = 2;

/** Positions of the training sessions that can be profiled: their context, all but the last item, has two items or more. */
export function eligibleSessions({ offsets, session }: Pick<SessionView, 'offsets' | 'session'>): Int32Array {
  const positions = Int32Array.from(session.keys());
  return positions.filter((position) => offsets[position + 1]! - offsets[position]! > SHORTEST_CONTEXT);
}

/** c_s: all items of a session but the last, which is held out, or is the target. */
export function contextOf(view: Pick<SessionView, 'items' | 'offsets'>, position: number): Int32Array {
  return itemsOf(view, position).subarray(0, -1);
}
