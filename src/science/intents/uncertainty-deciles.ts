import type { Rng } from '#science/random/stream.ts';
import { largestFirst, uncertaintyOf } from '#science/uncertainty/rank-fusion.ts';
import type { ScoredSessions } from '#science/uncertainty/uncertainty-file.ts';

/** Constant of reciprocal rank fusion (science C.4). */
const K = 60;
export const DECILES = 10;

/** A session and how uncertain it is. */
export interface UncertainSession {
  /** Position in the training view. */
  readonly position: number;
  /** U = 1 / (60 + rank of session entropy) + 1 / (60 + rank of prediction entropy) */
  readonly uncertainty: number;
  /** 1 = the most uncertain tenth. */
  readonly decile: number;
}

/** Sessions with U, the most uncertain first, of equal ones that of the lower position. */
export function byUncertainty(scored: ScoredSessions): readonly UncertainSession[] {
  const uncertainty = uncertaintyOf(scored, 'rrf', K);
  return Array.from(largestFirst(uncertainty), (row, place) => ({
    position: scored.position[row]!,
    uncertainty: uncertainty[row]!,
    decile: 1 + Math.floor((DECILES * place) / uncertainty.length),
  }));
}

/** About `count` sessions at random, the same number of each decile as far as it goes; by decile and then position. */
export function stratified(
  sessions: readonly UncertainSession[],
  count: number,
  rng: Rng,
): readonly UncertainSession[] {
  const chosen: UncertainSession[] = [];
  for (let decile = 1; decile <= DECILES; decile++) {
    const stratum = sessions.filter((session) => session.decile === decile);
    // Rounded so that the deciles sum up to `count`.
    const size = Math.floor((count * decile) / DECILES) - Math.floor((count * (decile - 1)) / DECILES);
    rng.shuffle(stratum);
    chosen.push(...stratum.slice(0, size).sort((left, right) => left.position - right.position));
  }
  return chosen;
}
