import type { BatchRecommender } from '#science/models/recommender.ts';
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

/** Ranks every target of a view; yields the sessions done after each batch. */
export async function* rankSessions(
  recommender: BatchRecommender,
  view: SessionView,
  rules: RankingRules,
): AsyncGenerator<number, SessionRanks> {
  const ranks = emptyRanks(targetCount(view, rules));
  let batch: Target[] = [];
  let row = 0;
  for (const target of targetsOf(view, rules)) {
    batch.push(target);
    if (batch.length < recommender.batch && row + batch.length < ranks.rank.length) continue;
    await rankBatch(recommender, batch, { ranks, row });
    row += batch.length;
    yield target.at + 1;
    batch = [];
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

/** What is asked of the recommender for one target. */
interface Target {
  /** Position of the session in its view. */
  readonly at: number;
  readonly session: number;
  /** Position of the target in its session. */
  readonly position: number;
  readonly target: number;
  readonly prefix: Int32Array;
  readonly masked: ReadonlySet<number>;
}

function* targetsOf(view: SessionView, { evaluate, maskSeen, maxLength }: RankingRules): Generator<Target> {
  for (const [at, session] of view.session.entries()) {
    const items = itemsOf(view, at);
    for (let position = evaluate === 'last' ? items.length - 1 : 1; position < items.length; position++) {
      const prefix = items.subarray(Math.max(0, position - maxLength), position);
      const masked = new Set(maskSeen ? items.subarray(0, position) : []);
      yield { at, session, position, target: items[position]!, prefix, masked };
    }
  }
}

async function rankBatch(
  recommender: BatchRecommender,
  batch: readonly Target[],
  { ranks, row }: { readonly ranks: SessionRanks; readonly row: number },
): Promise<void> {
  const scores = await recommender.scoreAll(batch.map(({ prefix }) => prefix));
  for (const [at, { session, position, target, masked }] of batch.entries()) {
    ranks.session[row + at] = session;
    ranks.position[row + at] = position;
    ranks.target[row + at] = target;
    ranks.rank[row + at] = rankOf(scores[at]!, target, masked);
  }
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
