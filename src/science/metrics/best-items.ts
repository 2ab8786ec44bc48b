import type { Scores } from '#science/models/recommender.ts';
import { ScoreIsNotANumberError } from './rank.ts';

export interface RankedItem {
  readonly item: number;
  readonly score: number;
  /** Mean rank among the items that are not masked, as `rankOf` counts it: 1 is best, equal scores share one. */
  readonly rank: number;
}

/**
 * The first `limit` of the items 1..|V| that are not masked, best first; of equal scores the lower item first.
 * @throws ScoreIsNotANumberError
 */
export function bestItems(scores: Scores, masked: ReadonlySet<number>, limit: number): readonly RankedItem[] {
  const items: number[] = [];
  for (let item = 1; item < scores.length; item++) {
    if (Number.isNaN(scores[item])) throw new ScoreIsNotANumberError(item);
    if (!masked.has(item)) items.push(item);
  }
  // The sort is stable: of equal scores the lower item stays first.
  items.sort((left, right) => scores[right]! - scores[left]!);
  const best: RankedItem[] = [];
  for (let first = 0, next = 0; first < Math.min(limit, items.length); first = next) {
    const score = scores[items[first]!]!;
    while (next < items.length && scores[items[next]!] === score) next += 1;
    // Places first + 1 to next share their mean.
    const rank = (first + 1 + next) / 2;
    for (const item of items.slice(first, next)) best.push({ item, score, rank });
  }
  return best.slice(0, limit);
}
