import { contextOf } from '#science/sessions/eligible-sessions.ts';
import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { hasText, itemWords, type ShownItem } from './prompts/shown-item.ts';

/** Items of a context that a language model is shown, the latest. */
const SHOWN = 20;

/** A session that is profiled. */
export interface HardSession {
  /** Number of the session in its data set. */
  readonly number: number;
  /** Position in the training view. */
  readonly position: number;
  /** Place in the order, from 0. */
  readonly place: number;
  /** c_s */
  readonly context: Int32Array;
  /** v_n */
  readonly heldOut: number;
}

export function hardSession(train: SessionView, position: number, place: number): HardSession {
  return {
    number: train.session[position]!,
    position,
    place,
    context: contextOf(train, position),
    heldOut: itemsOf(train, position).at(-1)!,
  };
}

/** What a language model is shown of a context. */
export function shownContext(
  { context }: Pick<HardSession, 'context'>,
  items: readonly ShownItem[],
): readonly ShownItem[] {
  return Array.from(context.subarray(-SHOWN), (item) => items[item]!);
}

export function contextHasText(context: readonly ShownItem[]): boolean {
  return context.some(hasText);
}

export function contextWords(context: readonly ShownItem[]): string {
  return context.map(itemWords).join('\n');
}
