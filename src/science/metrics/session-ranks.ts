import type { Recommender } from '#science/models/recommender.ts';
import { itemsOf, type SessionView } from '#science/sessions/session-view.ts';
import { encodeSafetensors } from '#science/tensors/safetensors.ts';
import { vector } from '#science/tensors/tensor.ts';
import { rankOf } from './rank.ts';

export type RankingRules = Readonly<{
  /** Which items of a session are targets: its last, or each but the first. */
  evaluate: 'last' | 'all-prefixes';
  /** Items of the session so far are not ranked. */
  maskSeen: boolean;
  /** The model sees this many items at most, the latest; the mask has all. */
  maxLength: number;
}>;

/** A row for each target, by session and then position. */
export interface SessionRanks {
  /** Number of the session. */
  readonly session: Int32Array;
  /** Items before the target. */
  readonly position: Int32Array;
  readonly target: Int32Array;
  /** Mean rank among all items; halves are exact. */
  readonly rank: Float32Array;
}

/** Ranks every target of a view; yields the sessions done after each. */
export function* rankSessions(
  recommender: Recommender,
  view: SessionView,
  rules: RankingRules,
): Generator<number, SessionRanks> {
  const ranks = emptyRanks(targetCount(view, rules));
  const scores = new Float64Array(recommender.itemCount + 1);
  let row = 0;
  for (const [at, session] of view.session.entries()) {
    const items = itemsOf(view, at);
    const seen = new Set<number>();
    for (let position = 1; position < items.length; position++) {
      if (rules.maskSeen) seen.add(items[position - 1]!);
      if (rules.evaluate === 'last' && position < items.length - 1) continue;
      recommender.score(items.subarray(Math.max(0, position - rules.maxLength), position), scores);
      ranks.session[row] = session;
      ranks.position[row] = position;
      ranks.target[row] = items[position]!;
      ranks.rank[row++] = rankOf(scores, items[position]!, seen);
    }
    yield at + 1;
  }
  return ranks;
}

export function encodeRanks({ session, position, target, rank }: SessionRanks): Uint8Array {
  return encodeSafetensors({
    session: vector(session),
    position: vector(position),
    target: vector(target),
    rank: vector(rank),
  });
}

function targetCount({ items, session }: SessionView, { evaluate }: RankingRules): number {
  return evaluate === 'last' ? session.length : items.length - session.length;
}

function emptyRanks(rows: number): SessionRanks {
  return {
    session: new Int32Array(rows),
    position: new Int32Array(rows),
    target: new Int32Array(rows),
    rank: new Float32Array(rows),
  };
}
