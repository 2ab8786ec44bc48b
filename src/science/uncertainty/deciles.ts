import { type Entropies, largestFirst, uncertaintyOf } from './rank-fusion.ts';

/** Constant of reciprocal rank fusion by which deciles are told apart, whatever a method selects by (science C.4). */
export const K = 60;
export const DECILES = 10;

/** A row of the scored sessions, how uncertain it is, and among which tenth. */
interface RankedRow {
  readonly row: number;
  /** U = 1 / (60 + rank of session entropy) + 1 / (60 + rank of prediction entropy) */
  readonly uncertainty: number;
  /** 10 = the most uncertain tenth. */
  readonly decile: number;
}

/**
 * Rows with U and decile, the most uncertain first, of equal ones the lower. Of N rows those at places ⌈N·i/10⌉ are the first of
 * decile 10 − i; all are as large as each other, but for one.
 */
export function rankedByUncertainty(entropies: Entropies): readonly RankedRow[] {
  const uncertainty = uncertaintyOf(entropies, 'rrf', K);
  return Array.from(largestFirst(uncertainty), (row, place) => ({
    row,
    uncertainty: uncertainty[row]!,
    decile: DECILES - Math.floor((DECILES * place) / uncertainty.length),
  }));
}
