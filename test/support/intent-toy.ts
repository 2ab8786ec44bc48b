import type { IntentLabels } from '#science/intents/intent-labels.ts';
import { stream } from '#science/random/stream.ts';
import type { SessionView } from '#science/sessions/session-view.ts';
import { aView } from './session-views.ts';

/** Sessions of one intent each, as a model may see them, and their intents, which it may not. */
export interface IntentToy {
  readonly train: SessionView;
  readonly valid: SessionView;
  /** The intent of each training session. */
  readonly truth: readonly number[];
}

export const TOY_INTENTS = 4;
const ITEMS_AN_INTENT = 8;
export const TOY_ITEMS = TOY_INTENTS * ITEMS_AN_INTENT;
/** Items that say nothing of the intent. */
const NOISE = 0.1;

/** `count` sessions of 3 to 6 items of an intent each, in any order. */
export function anIntentToy(count = 200): IntentToy {
  const rng = stream(1, 'data', 'test/intent toy');
  const truth = Array.from({ length: count }, () => rng.integer(TOY_INTENTS));
  const itemOf = (intent: number): number =>
    1 + (rng.uniform() < NOISE ? rng.integer(TOY_ITEMS) : intent * ITEMS_AN_INTENT + rng.integer(ITEMS_AN_INTENT));
  const sessionOf = (intent: number): number[] => Array.from({ length: 3 + rng.integer(4) }, () => itemOf(intent));
  const view = (): SessionView => aView(truth.map(sessionOf), { itemCount: TOY_ITEMS });
  return { train: view(), valid: view(), truth };
}

/** The intent whose sessions have an item, noise aside. */
export function toyIntentOf(item: number): number {
  return Math.floor((item - 1) / ITEMS_AN_INTENT);
}

/** The true intents of every so-manieth training session as its label. */
export function toyLabels({ truth }: IntentToy, every: number): IntentLabels {
  const position = Int32Array.from(truth.keys()).filter((at) => at % every === 0);
  return {
    position,
    offsets: Int32Array.from({ length: position.length + 1 }, (_, label) => label),
    intents: Int32Array.from(position, (at) => truth[at]!),
  };
}
