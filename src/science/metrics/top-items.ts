import type { Scores } from '#science/models/recommender.ts';
import { ScoreIsNotANumberError } from './rank.ts';

/**
 * Fills `top` with the best of the items 1..|V| that are not masked, best first, of equal scores the lower item first; with
 * fewer items than places the rest is 0. The same as `bestItems`, in one pass without a sort: for a few of many items.
 * @throws ScoreIsNotANumberError
 */
export function fillTopItems(scores: Scores, masked: ReadonlySet<number>, top: Int32Array): void {
  top.fill(0);
  let filled = 0;
  for (let item = 1; item < scores.length; item++) {
    const score = scores[item]!;
    // Also true of what is not a number, which no comparison finds.
    if (filled === top.length && score <= scores[top[filled - 1]!]!) continue;
    if (Number.isNaN(score)) throw new ScoreIsNotANumberError(item);
    if (masked.has(item)) continue;
    let at = filled < top.length ? filled++ : filled - 1;
    for (; at > 0 && scores[top[at - 1]!]! < score; at--) top[at] = top[at - 1]!;
    top[at] = item;
  }
}
