import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';

/** Items of the context that a session needs for its entropies to say something (science C.4). */
const SHORTEST_CONTEXT = 2;

/** Positions of the training sessions that can be profiled, ascending. */
export function eligiblePositions(train: SessionView): Int32Array {
  const positions = Int32Array.from(train.session.keys());
  return positions.filter((position) => contextOf(train, position).length >= SHORTEST_CONTEXT);
}

/** c_s: all items of a training session but the last. */
export function contextOf(train: SessionView, position: number): Int32Array {
  return itemsOf(train, position).subarray(0, -1);
}

/** v_n: what is held out of it. */
export function heldOutOf(train: SessionView, position: number): number {
  return itemsOf(train, position).at(-1)!;
}
