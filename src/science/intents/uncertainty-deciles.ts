import type { Rng } from '#science/random/stream.ts';
import { DECILES, rankedByUncertainty } from '#science/uncertainty/deciles.ts';
import type { ScoredSessions } from '#science/uncertainty/uncertainty-file.ts';

/** A session and how uncertain it is. */
export interface UncertainSession {
  /** Position in the training view. */
  readonly position: number;
  /** U = 1 / (60 + rank of session entropy) + 1 / (60 + rank of prediction entropy) */
  readonly uncertainty: number;
  /** 10 = the most uncertain tenth. */
  readonly decile: number;
}

/** Sessions with U, the most uncertain first, of equal ones that of the lower position. */
export function byUncertainty(scored: ScoredSessions): readonly UncertainSession[] {
  return rankedByUncertainty(scored).map(({ row, uncertainty, decile }) => ({
    position: scored.position[row]!,
    uncertainty,
    decile,
  }));
}

/** About `count` sessions at random, the same number of each decile as far as it goes; the most uncertain decile first, then by position. */
export function stratified(
  sessions: readonly UncertainSession[],
  count: number,
  rng: Rng,
): readonly UncertainSession[] {
  const chosen: UncertainSession[] = [];
  for (let tenth = 1; tenth <= DECILES; tenth++) {
    const stratum = sessions.filter(({ decile }) => decile === DECILES + 1 - tenth);
    // Rounded so that the deciles sum up to `count`.
    const size = Math.floor((count * tenth) / DECILES) - Math.floor((count * (tenth - 1)) / DECILES);
    rng.shuffle(stratum);
    chosen.push(...stratum.slice(0, size).sort((left, right) => left.position - right.position));
  }
  return chosen;
}
