import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';

/** c_s = (v_1..v_{n−1}) of the training sessions that have one: all of at least two items. Of what is held out nothing is here. */
export interface Contexts {
  /** (N): positions of the sessions in their view, ascending. */
  readonly position: Int32Array;
  /** (N): what the model sees of each, the latest items. */
  readonly items: readonly Int32Array[];
}

export function contextsOf(train: SessionView, maxLength: number): Contexts {
  const position = Int32Array.from(train.session.keys()).filter((at) => itemsOf(train, at).length > 1);
  return { position, items: Array.from(position, (at) => itemsOf(train, at).subarray(0, -1).subarray(-maxLength)) };
}
