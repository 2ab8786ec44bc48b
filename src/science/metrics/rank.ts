import { DomainError } from '#kernel/domain-error.ts';
import type { Scores } from '#science/models/recommender.ts';

export class ScoreIsNotANumberError extends DomainError<'SCORE_IS_NOT_A_NUMBER'> {
  constructor(item: number) {
    super(
      'SCORE_IS_NOT_A_NUMBER',
      `The model's score of item ${item} is not a number, as after a training that diverged. Lower the learning rate.`,
    );
  }
}

/**
 * Rank of the target among all items 1..|V| that are not masked, 1 is best: 1 + #{>} + ½ #{=, other}. Ties share the mean rank,
 * so that a constant model is neither lucky nor unlucky: it gives (|V| + 1) / 2. The target itself is never masked. Another
 * item's score that is not a number counts as above.
 * @throws ScoreIsNotANumberError for the target.
 */
export function rankOf(scores: Scores, target: number, masked: ReadonlySet<number>): number {
  const score = scores[target]!;
  if (Number.isNaN(score)) throw new ScoreIsNotANumberError(target);
  let [below, upTo] = [0, 0];
  // Masked items are counted here and taken out after: a test in this loop, over all items, would cost more. And as numbers,
  // not by branches: half of those would be guessed wrong, which takes four times as long.
  for (let item = 1; item < scores.length; item++) {
    below += Number(scores[item]! < score);
    upTo += Number(scores[item]! <= score);
  }
  let above = scores.length - 1 - upTo;
  let equal = upTo - below;
  for (const item of masked) {
    if (item === target || scores[item]! < score) continue;
    if (scores[item] === score) equal -= 1;
    else above -= 1;
  }
  return 1 + above + (equal - 1) / 2;
}
